namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Operators that move the elements of repeated constants about: initial states, as exporters write them.</summary>
internal static class RepeatedOperators
{
    public static GraphValue Run(OperatorCall call, Repeated repeated)
    {
        (float[] items, int[] shape, Size[] sizes) = repeated;
        switch (call.Node.Type)
        {
            case "Cast":
                return repeated;
            case "Squeeze":
                int[] gone = [.. (call.List("axes", 1) ?? throw call.Fail("expected axes.")).Select(axis => call.Axis(axis, shape.Length))];
                return gone.All(axis => shape[axis] == 1)
                    ? new Repeated(items, [.. shape.Where((_, axis) => !gone.Contains(axis))], [.. sizes.Where((_, axis) => !gone.Contains(axis))])
                    : throw call.Fail("an axis longer than 1.");
            case "Unsqueeze":
                List<int> more = [.. shape];
                List<Size> moreSizes = [.. sizes];
                foreach (int axis in call.AddedAxes(shape.Length))
                {
                    more.Insert(axis, 1);
                    moreSizes.Insert(axis, 1);
                }

                return new Repeated(items, [.. more], [.. moreSizes]);
            case "Transpose":
                int[] order = call.Order(shape.Length);
                ConstantOperators.Afford(call, shape);
                return new Repeated(Arrays.Transpose(items, shape, order), [.. order.Select(axis => shape[axis])], [.. order.Select(axis => sizes[axis])]);
            case "Expand":
                Size[] wanted = call.Integers(1).Items;
                return wanted.Length == sizes.Length
                    ? new Repeated(items, shape, [.. wanted.Select((size, axis) => size.Is(1) ? sizes[axis] : size)])
                    : throw call.Fail("a repeated constant is repeated along more axes.");
            case "Slice":
                Repeated result = repeated;
                foreach ((int axis, long start, long end) in call.Ranges(shape.Length))
                {
                    result = Cut(call, result, axis, start, end);
                }

                return result;
            case "Reshape" when items.Length == 1:
                Size[] target = call.Integers(1).Items;
                return target.Length <= OperatorCall.MostAxes
                    ? new Repeated(items, [.. target.Select(_ => 1)], [.. target.Select((size, axis) => size.Is(0) && axis < sizes.Length ? sizes[axis] : size)])
                    : throw call.Fail($"a tensor of {target.Length} axes.");
            case "Gather" when call.Integers(1) is { Shape: [] } && call.AxisAttribute(shape.Length, 0) is var axis:
                long place = call.Numbers(1)[0];
                return place is >= int.MinValue and < int.MaxValue && Cut(call, repeated, axis, place, place == -1 ? long.MaxValue : place + 1) is { } one && one.Shape[axis] == 1
                    ? new Repeated(one.Items, [.. one.Shape.Where((_, i) => i != axis)], [.. one.Sizes.Where((_, i) => i != axis)])
                    : throw call.Fail($"index {place}.");
            default:
                throw call.Fail("not known for repeated constants.");
        }
    }

    private static Repeated Cut(OperatorCall call, Repeated repeated, int axis, long start, long end)
    {
        Size size = repeated.Sizes[axis];
        if (!size.IsNumber || size.Number is < 0 or > int.MaxValue)
        {
            return start == 0 && end >= int.MaxValue ? repeated : throw call.Fail("a part of an axis whose size is known only in a run.");
        }

        int first = OperatorCall.Place(start, (int)size.Number), count = Math.Max(0, OperatorCall.Place(end, (int)size.Number) - first);
        Size[] sizes = [.. repeated.Sizes.Select((other, i) => i == axis ? count : other)];
        if (repeated.Shape[axis] == 1)
        {
            return repeated with { Sizes = sizes };
        }

        int[] shape = [.. repeated.Shape.Select((other, i) => i == axis ? count : other)];
        ConstantOperators.Afford(call, shape);
        return repeated.Shape[axis] == size.Number
            ? new Repeated(Arrays.Take(repeated.Items, repeated.Shape, axis, [.. Enumerable.Range(first, count)]), shape, sizes)
            : throw call.Fail($"an axis of {repeated.Shape[axis]} repeated to {size.Number}.");
    }
}
