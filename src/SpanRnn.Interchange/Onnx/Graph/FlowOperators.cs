namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Operators that move the axes of a layer's result about, or take parts of it.</summary>
internal static class FlowOperators
{
    public static GraphValue[] Run(OperatorCall call, Flow flow)
    {
        switch (call.Node.Type)
        {
            case "Cast":
                // Numbers that become integers are tokens.
                bool toTokens = (OnnxElementType)call.Node.Integer("to", 0) is OnnxElementType.Int32 or OnnxElementType.Int64;
                return [toTokens && flow.Pieces[0].Source is InputSource { Axes.Length: > 0 } input ? Inputs.Tokens(input.Name, input.Axes) : flow];
            case "Transpose":
                int[] order = call.Order(flow.Axes.Length);
                return [flow with { Axes = [.. order.Select(axis => flow.Axes[axis])] }];
            case "Squeeze":
                return [Squeeze(call, flow)];
            case "Unsqueeze":
                List<Factor[]> axes = [.. flow.Axes];
                foreach (int axis in call.AddedAxes(axes.Count))
                {
                    axes.Insert(axis, []);
                }

                return [flow with { Axes = [.. axes] }];
            case "Reshape":
                return [FlowReshape.Run(call, flow)];
            case "Gather":
                return [Gather(call, flow)];
            case "Slice":
                foreach ((int axis, long start, long end) in call.Ranges(flow.Axes.Length))
                {
                    flow = Slice(call, flow, axis, start, end);
                }

                return [flow];
            case "Split":
                return Split(call, flow);
            default:
                throw call.Fail("not known for a layer's result.");
        }
    }

    /// <summary>Pieces side by side: directions, or states of several layers.</summary>
    public static GraphValue Concat(OperatorCall call)
    {
        Flow[] parts = [.. Enumerable.Range(0, call.Node.InputCount).Select(call.Flow)];
        Flow first = parts[0];
        int axis = call.AxisAttribute(first.Axes.Length, 0);
        bool hasFeatures = first.Axes[axis].Any(factor => factor is Feature);
        long count = parts.Sum(part => (long)part.Pieces.Length);
        foreach (Flow part in parts)
        {
            bool fits = part.Axes.Length == first.Axes.Length && part.Features == first.Features
                && part.Axes[axis].SequenceEqual([.. part.Piles, .. hasFeatures ? part.Axes[axis].OfType<Feature>() : []])
                && part.Axes[axis].Any(factor => factor is Feature) == hasFeatures
                && part.Axes.Select((factors, i) => i == axis || Same(factors, first.Axes[i])).All(same => same);
            if (!fits || count > Flow.MostPieces)
            {
                throw call.Fail("expected the same parts of layers' results, to be set side by side.");
            }
        }

        var pile = new Pile((int)count);
        Factor[] joined = [.. count > 1 ? (Factor[])[pile] : [], .. hasFeatures ? first.Axes[axis].OfType<Feature>() : []];
        return new Flow(
            [.. first.Axes.Select((factors, i) => i == axis ? joined : factors)],
            count > 1 ? [pile] : [],
            [.. parts.SelectMany(part => part.Pieces)],
            first.Features);
    }

    /// <summary>The same parts of an axis; features need only be as many.</summary>
    public static bool Same(Factor[] a, Factor[] b) => a.Length == b.Length
        && a.Zip(b).All(pair => pair.First == pair.Second || (pair.First is Feature x && pair.Second is Feature y && x.Count == y.Count));

    private static bool IsSingle(Factor[] axis) => axis is [] or [Feature { Count: 1 }] or [Axis { Declared: 1 }];

    private static Flow Squeeze(OperatorCall call, Flow flow)
    {
        int[] gone = call.List("axes", 1) is { } axes
            ? [.. axes.Select(axis => call.Axis(axis, flow.Axes.Length))]
            : [.. Enumerable.Range(0, flow.Axes.Length).Where(axis => IsSingle(flow.Axes[axis]))];
        return gone.All(axis => IsSingle(flow.Axes[axis]))
            ? flow with { Axes = [.. flow.Axes.Where((_, axis) => !gone.Contains(axis))] }
            : throw call.Fail("an axis that is not known to be of size 1.");
    }

    private static Flow Gather(OperatorCall call, Flow flow)
    {
        int axis = call.AxisAttribute(flow.Axes.Length, 0);
        bool isSingle = call.Integers(1).Shape.Length == 0;
        long[] places = call.Numbers(1);
        if (call.Integers(1).Shape.Length > 1 || places.Length is 0 or > Flow.MostPieces)
        {
            throw call.Fail("expected one index, or a list.");
        }

        Flow taken = flow.Axes[axis] is [Pile pile]
            ? flow.Take(pile, [.. places.Select(place => Within(call, place, pile.Count))], keep: !isSingle)
            : places.Length == 1 ? Slice(call, flow, axis, places[0], places[0] == -1 ? long.MaxValue : places[0] + 1)
            : throw call.Fail("several steps are taken.");
        return isSingle ? taken with { Axes = [.. taken.Axes.Where((_, i) => i != axis)] } : taken;
    }

    private static int Within(OperatorCall call, long place, int count) => place >= -count && place < count
        ? (int)(place < 0 ? place + count : place)
        : throw call.Fail($"index {place} of {count}.");

    private static Flow Slice(OperatorCall call, Flow flow, int axis, long start, long end)
    {
        switch (flow.Axes[axis])
        {
            case []:
                return start is 0 or -1 && (end >= 1 || (start == -1 && end == 0)) ? flow : throw call.Fail("nothing of an axis of size 1 is taken.");
            case [Axis time]:
                return Steps(call, flow, axis, time, start, end);
            case [Pile pile]:
                return flow.Take(pile, Places(call, start, end, pile.Count, 1), keep: true);
            case [Feature feature]:
                return OperatorCall.Place(start, feature.Count) == 0 && OperatorCall.Place(end, feature.Count) == feature.Count
                    ? flow
                    : throw call.Fail("a part of a layer's features.");
            case [Pile directions, Feature units]:
                return flow.Take(directions, Places(call, start, end, directions.Count, units.Count), keep: true);
            default:
                throw call.Fail("a part of an axis that was joined from several.");
        }
    }

    private static int[] Places(OperatorCall call, long start, long end, int count, int size)
    {
        int first = OperatorCall.Place(start, count * size), last = OperatorCall.Place(end, count * size);
        return size > 0 && first % size == 0 && last % size == 0 && last > first
            ? [.. Enumerable.Range(first / size, (last - first) / size)]
            : throw call.Fail("a part of a direction's units, or nothing.");
    }

    /// <summary>All steps, the last or the first; of an input, which may be a state, any part.</summary>
    private static Flow Steps(OperatorCall call, Flow flow, int axis, Axis time, long start, long end)
    {
        if (start == 0 && end >= (time.Declared ?? int.MaxValue))
        {
            return flow;
        }

        Factor[][] without = [.. flow.Axes.Select((factors, i) => i == axis ? [] : factors)];
        if (flow.Pieces is [{ Source: InputSource input }])
        {
            return flow with { Axes = without, Pieces = [new Piece(new InputSource(input.Name, input.Axes, input.Outputs, isPart: true), Part.Sequence)] };
        }

        Part part = (start == -1 || start + 1 == time.Declared) && end >= (time.Declared ?? int.MaxValue) ? Part.LastStep
            : start == 0 && end == 1 ? Part.FirstStep
            : throw call.Fail("steps other than the last or the first.");
        return flow.Pieces.All(piece => piece.Part == Part.Sequence && piece.Source.Time == time)
            ? flow with { Axes = without, Pieces = [.. flow.Pieces.Select(piece => piece with { Part = part })] }
            : throw call.Fail("a part of an axis that is not known to be time.");
    }

    private static GraphValue[] Split(OperatorCall call, Flow flow)
    {
        int axis = call.AxisAttribute(flow.Axes.Length, 0);
        Size size = flow.SizeOf(axis);
        int parts = call.Node.Outputs.Count;
        long[] sizes = call.List("split", 1) ?? (size.IsNumber && parts > 0 && size.Number % parts == 0
            ? [.. Enumerable.Repeat(size.Number / parts, parts)]
            : throw call.Fail("an axis whose size is known only in a run."));
        if (sizes.Any(part => part is < 0 or > int.MaxValue) || sizes.Length > Flow.MostPieces)
        {
            throw call.Fail("expected sizes of parts.");
        }

        var results = new List<GraphValue>();
        long start = 0;
        foreach (long part in sizes)
        {
            results.Add(Slice(call, flow, axis, start, start + part));
            start += part;
        }

        return [.. results];
    }
}
