using System.Numerics;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>Numbers of a shape, in C order, as a file holds them: converted when they are asked for. Immutable.</summary>
public sealed class NumberArray
{
    private readonly long[] _shape;
    private readonly byte[] _bytes;

    /// <summary>Singles of that shape; copied.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public NumberArray(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
        : this(SafetensorsType.F32, shape.ToArray(), System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray())
    {
        if (!TensorInfo.TryCount(shape, sizeof(float), out long count) || count != values.Length)
        {
            throw new ArgumentException($"values: {values.Length} numbers for the shape {TensorInfo.Text(shape)}.");
        }

        Elements.SwapOnBigEndian(_bytes, sizeof(float));
    }

    /// <param name="type">The elements' type.</param>
    /// <param name="shape">Kept, not copied.</param>
    /// <param name="bytes">Little-endian, in C order; kept, not copied.</param>
    internal NumberArray(SafetensorsType type, long[] shape, byte[] bytes) => (Type, _shape, _bytes) = (type, shape, bytes);

    /// <summary>The type of its elements.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The length of each dimension, slowest first; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>How many numbers there are.</summary>
    public int Count => _bytes.Length / Type.Size();

    /// <summary>For messages: <c>F32 [4, 12]</c>.</summary>
    public override string ToString() => $"{Type.Name()} {TensorInfo.Text(_shape)}";

    /// <summary>As singles: exact where a single can hold the value, else rounded to the nearest; truths are 0 and 1.</summary>
    public float[] ToSingles() => To<float>();

    /// <summary>As doubles: exact where a double can hold the value, else rounded to the nearest; truths are 0 and 1.</summary>
    public double[] ToDoubles() => To<double>();

    /// <summary>Whole numbers or truths, exactly.</summary>
    /// <exception cref="InvalidOperationException">The elements are no whole numbers.</exception>
    /// <exception cref="OverflowException">An element is above 2^63 - 1.</exception>
    public long[] ToInt64s() => Type.IsWhole() ? To<long>() : throw new InvalidOperationException($"{this} holds no whole numbers.");

    private T[] To<T>() where T : unmanaged, INumberBase<T>
    {
        var to = new T[Count];
        byte[] bytes = BitConverter.IsLittleEndian ? _bytes : [.. _bytes]; // which are swapped there, in place
        Elements.Convert<T>(Type, bytes, to);
        return to;
    }
}
