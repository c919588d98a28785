using SpanRnn.Interchange.Onnx.Wire;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Constants, and operators that move the elements of constants about.</summary>
internal static class ConstantOperators
{
    public static GraphValue Constant(OperatorCall call)
    {
        GraphNode node = call.Node;
        if (node.Tensor("value") is { } tensor)
        {
            return call.Graph.Constant(new OnnxTensor(tensor, call.Graph.File.Path, call.Graph.File.Folder));
        }

        return node.Has("value_float") ? new Floats([node.Number("value_float", 0f)], [])
            : node.Has("value_int") ? new Integers([node.Integer("value_int", 0)], [])
            : node.Numbers("value_floats") is { } numbers ? new Floats([.. numbers], [numbers.Count])
            : node.Integers("value_ints") is { } integers ? new Integers([.. integers.Select(number => new Size(number))], [integers.Count])
            : throw call.Fail("it holds neither numbers nor integers.");
    }

    public static GraphValue Fill(OperatorCall call)
    {
        Size[] sizes = call.Integers(0).Items;
        if (sizes.Length > OperatorCall.MostAxes)
        {
            throw call.Fail($"a tensor of {sizes.Length} axes.");
        }

        TensorMessage? tensor = call.Node.Tensor("value");
        GraphValue value = tensor is null ? new Floats([0f], [1]) : call.Graph.Constant(new OnnxTensor(tensor, call.Graph.File.Path, call.Graph.File.Folder));
        if (value is Floats { Items: [float number] })
        {
            return new Repeated([number], [.. sizes.Select(_ => 1)], sizes);
        }

        int[] shape = NumbersOf(call, sizes);
        return value is Integers { Items: [Size item] }
            ? new Integers([.. Enumerable.Repeat(item, Afford(call, shape))], shape)
            : throw call.Fail("expected a value of one number.");
    }

    public static GraphValue[] Run(OperatorCall call) => call.Node.Type switch
    {
        "Concat" => [Concat(call)],
        "Cast" => [Cast(call)],
        "Expand" => [Expand(call)],
        "Split" => throw call.Fail("a constant is split."),
        _ => [call.Input(0) switch
        {
            Floats floats => Move(call, floats.Items, floats.Shape) is var (items, shape) ? new Floats(items, shape) : null!,
            Integers integers => Move(call, integers.Items, integers.Shape) is var (items, shape) ? new Integers(items, shape) : null!,
            _ => throw call.Fail("expected a constant, a size or the result of a layer as input 0."),
        }],
    };

    /// <summary>Sizes that the file tells.</summary>
    public static int[] NumbersOf(OperatorCall call, Size[] sizes) => sizes.All(size => size.IsNumber && size.Number is >= 0 and <= int.MaxValue)
        ? [.. sizes.Select(size => (int)size.Number)]
        : throw call.Fail("a constant whose size is known only in a run.");

    /// <summary>The number of elements, if there is memory left for as many.</summary>
    public static int Afford(OperatorCall call, ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            count = Math.Min(count * size, int.MaxValue);
        }

        return shape.Length <= OperatorCall.MostAxes && call.Graph.Allows(count) ? (int)count : throw call.Fail("the file's constants grow too large.");
    }

    private static (T[] Items, int[] Shape) Move<T>(OperatorCall call, T[] items, int[] shape)
    {
        switch (call.Node.Type)
        {
            case "Squeeze":
                int[] gone = [.. (call.List("axes", 1) ?? [.. Enumerable.Range(0, shape.Length).Where(axis => shape[axis] == 1).Select(axis => (long)axis)])
                    .Select(axis => call.Axis(axis, shape.Length))];
                return gone.All(axis => shape[axis] == 1) ? (items, [.. shape.Where((_, axis) => !gone.Contains(axis))]) : throw call.Fail("an axis longer than 1.");
            case "Unsqueeze":
                List<int> more = [.. shape];
                foreach (int axis in call.AddedAxes(shape.Length))
                {
                    more.Insert(axis, 1);
                }

                return (items, [.. more]);
            case "Transpose":
                int[] order = call.Order(shape.Length);
                Afford(call, shape);
                return (Arrays.Transpose(items, shape, order), [.. order.Select(axis => shape[axis])]);
            case "Reshape":
                return (items, Reshape(call, items.Length, shape));
            case "Flatten":
                int split = (int)Math.Clamp(call.Node.Integer("axis", 1), 0, shape.Length);
                return (items, [Arrays.Count(shape.AsSpan(0, split)), Arrays.Count(shape.AsSpan(split))]);
            case "Gather":
                return Gather(call, items, shape);
            case "Slice":
                foreach ((int axis, long start, long end) in call.Ranges(shape.Length))
                {
                    int first = OperatorCall.Place(start, shape[axis]), last = OperatorCall.Place(end, shape[axis]);
                    Afford(call, shape);
                    int[] taken = [.. Enumerable.Range(first, Math.Max(0, last - first))];
                    items = Arrays.Take(items, shape, axis, taken);
                    shape = [.. shape.Select((size, i) => i == axis ? taken.Length : size)];
                }

                return (items, shape);
            default:
                throw call.Fail("not known for constants.");
        }
    }

    private static (T[] Items, int[] Shape) Gather<T>(OperatorCall call, T[] items, int[] shape)
    {
        int axis = call.AxisAttribute(shape.Length, 0);
        Integers indices = call.Integers(1);
        int[] places = [.. call.Numbers(1).Select(place => place >= -shape[axis] && place < shape[axis]
            ? (int)(place < 0 ? place + shape[axis] : place)
            : throw call.Fail($"index {place} of an axis of {shape[axis]}."))];
        int[] result = [.. shape[..axis], .. indices.Shape, .. shape[(axis + 1)..]];
        Afford(call, result);
        return (Arrays.Take(items, shape, axis, places), result);
    }

    private static int[] Reshape(OperatorCall call, int count, int[] shape)
    {
        long[] sizes = call.Numbers(1);
        if (call.Node.Integer("allowzero", 0) == 0)
        {
            sizes = [.. sizes.Select((size, axis) => size != 0 ? size : axis < shape.Length ? shape[axis] : throw call.Fail($"size 0 for axis {axis}."))];
        }

        long known = 1;
        foreach (long size in sizes.Where(size => size != -1))
        {
            known = size is >= 0 and <= int.MaxValue ? Math.Min(known * size, int.MaxValue) : throw call.Fail($"size {size}.");
        }

        int open = sizes.Count(size => size == -1);
        return open <= 1 && (open == 0 ? known == count : known > 0 && count % known == 0)
            ? [.. sizes.Select(size => size == -1 ? (int)(count / known) : (int)size)]
            : throw call.Fail($"{count} elements as [{string.Join(", ", sizes.Take(8))}].");
    }

    private static GraphValue Concat(OperatorCall call)
    {
        GraphValue[] inputs = [.. Enumerable.Range(0, call.Node.InputCount).Select(call.Input)];
        int[] first = inputs.FirstOrDefault() switch { Floats floats => floats.Shape, Integers integers => integers.Shape, _ => throw call.Fail("expected constants.") };
        int axis = call.AxisAttribute(first.Length, 0);
        return first.Length == 0 ? throw call.Fail("single numbers are joined.")
            : inputs.All(input => input is Floats) ? Join(call, [.. inputs.Cast<Floats>().Select(floats => (floats.Items, floats.Shape))], axis, (items, shape) => new Floats(items, shape))
            : inputs.All(input => input is Integers) ? Join(call, [.. inputs.Cast<Integers>().Select(integers => (integers.Items, integers.Shape))], axis, (items, shape) => new Integers(items, shape))
            : throw call.Fail("expected constants of one type.");
    }

    private static GraphValue Join<T>(OperatorCall call, (T[] Items, int[] Shape)[] parts, int axis, Func<T[], int[], GraphValue> make)
    {
        int[] first = parts[0].Shape;
        if (!parts.All(part => part.Shape.Length == first.Length && part.Shape.Where((size, i) => i != axis && size != first[i]).None()))
        {
            throw call.Fail("constants of different shapes are joined.");
        }

        long rows = parts.Sum(part => (long)part.Shape[axis]);
        int[] shape = [.. first.Select((size, i) => i == axis ? (int)Math.Min(rows, int.MaxValue) : size)];
        Afford(call, shape);
        return make(Arrays.Concat(parts, axis), shape);
    }

    private static GraphValue Cast(OperatorCall call)
    {
        bool toInteger = (OnnxElementType)call.Node.Integer("to", 0) is OnnxElementType.Int32 or OnnxElementType.Int64 or OnnxElementType.Bool;
        Afford(call, [call.Input(0) is Floats { Items.Length: var count } ? count : 0]);
        return call.Input(0) switch
        {
            Integers integers when toInteger => integers,
            Integers integers => new Floats([.. call.Numbers(0).Select(number => (float)number)], integers.Shape),
            Floats floats when !toInteger => floats,
            Floats { Items.Length: <= Integers.Most } floats => new Integers([.. floats.Items.Select(number => new Size((long)number))], floats.Shape),
            _ => throw call.Fail("expected a constant."),
        };
    }

    private static GraphValue Expand(OperatorCall call)
    {
        if (call.Input(0) is Integers integers)
        {
            int[] wanted = NumbersOf(call, call.Integers(1).Items);
            return integers.Items is [Size item]
                ? new Integers([.. Enumerable.Repeat(item, Afford(call, wanted))], wanted)
                : throw call.Fail("integers are repeated.");
        }

        Floats floats = call.Floats(0);
        Size[] sizes = call.Integers(1).Items;
        int rank = Math.Max(sizes.Length, floats.Shape.Length);
        return rank > OperatorCall.MostAxes ? throw call.Fail($"a tensor of {rank} axes.") : new Repeated(
            floats.Items,
            [.. Enumerable.Repeat(1, rank - floats.Shape.Length), .. floats.Shape],
            [.. Enumerable.Range(0, rank).Select(axis => SizeOf(axis - (rank - sizes.Length), axis - (rank - floats.Shape.Length)))]);

        // A size of 1 leaves the array's own.
        Size SizeOf(int wanted, int own) => wanted < 0 ? floats.Shape[own] : own >= 0 && sizes[wanted].Is(1) ? floats.Shape[own] : sizes[wanted];
    }

    private static bool None<T>(this IEnumerable<T> items) => !items.Any();
}
