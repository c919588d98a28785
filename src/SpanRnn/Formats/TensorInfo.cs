namespace SpanRnn.Formats;

/// <summary>The name, type and shape of one tensor in a file, and where its bytes lie. Immutable.</summary>
public sealed class TensorInfo
{
    private const int MostDimensionsShown = 8;
    private readonly long[] shape;

    internal TensorInfo(string name, SafetensorsType type, long[] shape, long elementCount, long begin)
    {
        Name = name;
        DType = type;
        this.shape = shape;
        ElementCount = elementCount;
        Begin = begin;
    }

    /// <summary>The tensor's name, such as <c>weight_ih_l0</c>.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public SafetensorsType DType { get; }

    /// <summary>The length of each dimension, slowest first; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => shape;

    /// <summary>The number of dimensions.</summary>
    public int Rank => shape.Length;

    /// <summary>The product of the shape: 1 for a single number, 0 when any dimension is 0.</summary>
    public long ElementCount { get; }

    /// <summary>The number of elements times the size of one.</summary>
    public long ByteLength => ElementCount * DType.Size();

    /// <summary>First byte, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>One past the last byte, counted from the end of the header.</summary>
    internal long End => Begin + ByteLength;

    /// <summary>For messages: <c>'weight_ih_l0' F32 [1024, 256]</c>.</summary>
    public override string ToString() => $"{ModelFileException.Quote(Name)} {DType.Name()} {Text(shape)}";

    internal static string Text(ReadOnlySpan<long> shape) => shape.Length <= MostDimensionsShown
        ? $"[{string.Join(", ", shape.ToArray())}]"
        : $"[{string.Join(", ", shape[..MostDimensionsShown].ToArray())}, ... {shape.Length} dimensions]";

    /// <summary>
    /// Elements and bytes of a shape of non-negative lengths; false when either passes 2^63 - 1. A 0 anywhere makes the
    /// tensor empty whatever the other lengths are, so the answer does not depend on their order.
    /// </summary>
    internal static bool TryCount(ReadOnlySpan<long> shape, int size, out long elements)
    {
        elements = shape.Contains(0) ? 0 : 1;
        if (elements == 0)
            return true;
        foreach (long length in shape)
        {
            if (length > long.MaxValue / size / elements)
                return false;
            elements *= length;
        }
        return true;
    }
}
