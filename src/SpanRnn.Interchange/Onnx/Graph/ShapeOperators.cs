namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>The sizes of a tensor as integers of the graph.</summary>
internal static class ShapeOperators
{
    public static Integers Shape(OperatorCall call)
    {
        Size[] sizes = call.Input(0) switch
        {
            Flow flow => [.. Enumerable.Range(0, flow.Axes.Length).Select(flow.SizeOf)],
            Floats floats => [.. floats.Shape.Select(size => (Size)size)],
            Integers integers => [.. integers.Shape.Select(size => (Size)size)],
            Repeated repeated => repeated.Sizes,
            _ => throw call.Fail("expected a tensor."),
        };
        if (sizes.Contains(0))
        {
            throw call.Fail("the size of an input that the file does not declare.");
        }

        int start = OperatorCall.Place(call.Node.Integer("start", 0), sizes.Length), end = OperatorCall.Place(call.Node.Integer("end", long.MaxValue), sizes.Length);
        sizes = start < end ? sizes[start..end] : [];
        return new Integers(sizes, [sizes.Length]);
    }
}
