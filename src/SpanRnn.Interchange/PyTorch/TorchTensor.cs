using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>A view of a storage: element (i, j, ...) is number offset + i stride0 + j stride1 + ... of it. Checked to lie within.</summary>
internal sealed class TorchTensor
{
    private TorchTensor(TorchStorage storage, SafetensorsType type, long offset, long[] shape, long[] strides, long elements) =>
        (Storage, Type, Offset, Shape, Strides, Elements) = (storage, type, offset, shape, strides, elements);

    public TorchStorage Storage { get; }

    public SafetensorsType Type { get; }

    /// <summary>The storage's number of element 0, counted in elements.</summary>
    public long Offset { get; }

    public long[] Shape { get; }

    public long[] Strides { get; }

    public long Elements { get; }

    /// <summary>Whether the elements follow each other in C order.</summary>
    public bool IsDense
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return Elements == 0;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }

    /// <summary>From the number of the last element used to the first, and one more.</summary>
    public long Span => Elements == 0 ? 0 : Last(Shape, Strides) + 1;

    /// <summary>The view, or the reason why there is none.</summary>
    public static TorchTensor? Create(
        TorchStorage storage, SafetensorsType type, long offset, long[] shape, long[] strides, out string reason)
    {
        reason = "";
        if (shape.Length != strides.Length)
        {
            reason = $"has {shape.Length} sizes and {strides.Length} strides";
        }
        else if (offset < 0 || shape.Any(size => size < 0) || strides.Any(stride => stride < 0))
        {
            reason = $"has a negative offset, size or stride: offset {offset}, sizes {TensorInfo.Text(shape)}, strides {TensorInfo.Text(strides)}";
        }
        else if (!TensorInfo.TryCount(shape, type.Size(), out long elements))
        {
            reason = $"{TensorInfo.Text(shape)} of {type.Name()} passes {long.MaxValue} bytes";
        }
        else
        {
            long available = storage.Type is null ? storage.Count / type.Size() : storage.Count;
            if (elements == 0 || Last(shape, strides) is var last && last >= 0 && last < available - offset)
            {
                return new(storage, type, offset, shape, strides, elements);
            }

            reason = $"{TensorInfo.Text(shape)} with strides {TensorInfo.Text(strides)} from {offset} reaches beyond its storage of {available} elements";
        }

        return null;
    }

    // The number of the last element, counted from the first; -1 if it passes 2^63 - 1.
    private static long Last(long[] shape, long[] strides)
    {
        Int128 last = 0;
        for (int i = 0; i < shape.Length && last <= long.MaxValue; i++)
        {
            last += (Int128)(shape[i] - 1) * strides[i];
        }

        return last <= long.MaxValue ? (long)last : -1;
    }
}
