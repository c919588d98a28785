using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Two directions that become one row: their sum, product or mean.</summary>
internal static class MergeOperators
{
    /// <summary>A reduction over the axis of directions.</summary>
    public static Flow Reduce(OperatorCall call)
    {
        Flow flow = call.Flow(0);
        long[] axes = call.List("axes", 1) ?? throw call.Fail("expected axes.");
        int axis = axes is [long only] ? call.Axis(only, flow.Axes.Length) : throw call.Fail("expected one axis.");
        if (flow.Axes[axis] is not [Pile] || flow.Piles.Length != 1)
        {
            throw call.Fail("expected it to run over the directions of one layer.");
        }

        MergeMode mode = call.Node.Type switch { "ReduceSum" => MergeMode.Sum, "ReduceProd" => MergeMode.Multiply, _ => MergeMode.Average };
        Factor[][] rest = call.Node.Integer("keepdims", 1) == 1
            ? [.. flow.Axes.Select((factors, i) => i == axis ? [] : factors)]
            : [.. flow.Axes.Where((_, i) => i != axis)];
        return Merge(call, flow.Pieces, rest, flow.Features, mode);
    }

    /// <summary>One direction's result with the other's.</summary>
    public static Flow Pair(OperatorCall call, Flow a, Flow b, MergeMode mode)
    {
        bool fits = a.Piles.Length == 0 && b.Piles.Length == 0 && a.Axes.Length == b.Axes.Length && a.Axes.Zip(b.Axes).All(pair => FlowOperators.Same(pair.First, pair.Second));
        Piece[] pieces = a.Pieces[0].Direction <= b.Pieces[0].Direction && !IsReverse(a.Pieces[0]) ? [a.Pieces[0], b.Pieces[0]] : [b.Pieces[0], a.Pieces[0]];
        return fits ? Merge(call, pieces, a.Axes, a.Features, mode) : throw call.Fail("the results of two layers are combined.");
    }

    private static bool IsReverse(Piece piece) => piece.Source is RecurrentSource { Parts.Settings.Direction: Direction.Reverse };

    private static Flow Merge(OperatorCall call, Piece[] pieces, Factor[][] axes, int features, MergeMode mode)
    {
        Part part = pieces[0].Part;
        if (pieces.Length != 2 || part is not (Part.Sequence or Part.FinalHidden) || pieces[1].Part != part)
        {
            throw call.Fail("expected the two directions of one layer, at every step or after the last.");
        }

        return Whole.Join(call, pieces) is RecurrentSource { IsMerged: false } both
            ? new Flow(axes, [], [new Piece(both.Merged(call.Node, mode), part)], features)
            : throw call.Fail("the results of two layers are combined.");
    }
}
