namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>The structural operators on constant arrays, row-major, of any element.</summary>
internal static class Arrays
{
    public static int Count(ReadOnlySpan<int> shape)
    {
        int count = 1;
        foreach (int size in shape)
        {
            count = checked(count * size);
        }

        return count;
    }

    /// <summary>Rows <paramref name="indices"/> along an axis, in that order.</summary>
    public static T[] Take<T>(T[] items, int[] shape, int axis, int[] indices)
    {
        int inner = Count(shape.AsSpan(axis + 1)), outer = Count(shape.AsSpan(0, axis)), size = shape[axis];
        var taken = new T[checked(outer * indices.Length * inner)];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                items.AsSpan((o * size + indices[i]) * inner, inner).CopyTo(taken.AsSpan((o * indices.Length + i) * inner));
            }
        }

        return taken;
    }

    public static T[] Concat<T>(IReadOnlyList<(T[] Items, int[] Shape)> parts, int axis)
    {
        int inner = Count(parts[0].Shape.AsSpan(axis + 1)), outer = Count(parts[0].Shape.AsSpan(0, axis));
        int rows = parts.Sum(part => part.Shape[axis]);
        var joined = new T[checked(outer * rows * inner)];
        int at = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach ((T[] items, int[] shape) in parts)
            {
                int length = shape[axis] * inner;
                items.AsSpan(o * length, length).CopyTo(joined.AsSpan(at));
                at += length;
            }
        }

        return joined;
    }

    public static T[] Transpose<T>(T[] items, int[] shape, int[] order)
    {
        var strides = new int[shape.Length];
        for (int axis = shape.Length - 1, stride = 1; axis >= 0; stride *= shape[axis--])
        {
            strides[axis] = stride;
        }

        var result = new T[items.Length];
        var index = new int[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int from = 0;
            for (int axis = 0; axis < order.Length; axis++)
            {
                from += index[axis] * strides[order[axis]];
            }

            result[i] = items[from];
            for (int axis = order.Length - 1; axis >= 0 && ++index[axis] == shape[order[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
