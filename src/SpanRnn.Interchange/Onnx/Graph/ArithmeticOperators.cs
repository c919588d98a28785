using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Arithmetic of sizes, and a constant added to or multiplied with what a layer gives.</summary>
internal static class ArithmeticOperators
{
    public static GraphValue Run(OperatorCall call) => (call.Input(0), call.Input(1)) switch
    {
        (Integers a, Integers b) => Combine(call, a, b),
        (Floats a, Floats b) => Combine(call, a, b),
        (Flow flow, Floats constant) => WithConstant(call, flow, constant, isFirst: true),
        (Floats constant, Flow flow) => WithConstant(call, flow, constant, isFirst: false),
        (Flow a, Flow b) when call.Node.Type is "Add" or "Mul" => MergeOperators.Pair(call, a, b, call.Node.Type == "Add" ? MergeMode.Sum : MergeMode.Multiply),
        (Flow, Flow) => throw call.Fail("the results of two layers are combined."),
        _ => throw call.Fail("expected a layer's result and a constant, or two sizes."),
    };

    /// <summary>Equal, Where and Range, as exporters use them to find sizes.</summary>
    public static GraphValue Integer(OperatorCall call)
    {
        if (call.Node.Type == "Range")
        {
            long start = call.Numbers(0)[0], limit = call.Numbers(1)[0], step = call.Numbers(2)[0];
            long count = step == 0 ? -1 : Math.Max(0, (limit - start + step - Math.Sign(step)) / step);
            return count is >= 0 and <= int.MaxValue && ConstantOperators.Afford(call, [(int)count]) >= 0
                ? new Integers([.. Enumerable.Range(0, (int)count).Select(i => (Size)(start + i * step))], [(int)count])
                : throw call.Fail("expected a range of numbers.");
        }

        Integers a = call.Integers(0), b = call.Integers(1);
        if (call.Node.Type == "Equal")
        {
            // A size of a run is positive: it is none of the marks 0 and -1 that it is compared with.
            return Pairs(call, a, b, (x, y) => x.IsNumber && y.IsNumber || (x.IsNumber ? x.Number <= 0 : y.IsNumber && y.Number <= 0)
                ? x == y ? 1 : 0
                : x == y ? 1 : throw call.Fail("sizes of a run are compared."));
        }

        Integers c = call.Integers(2);
        int count3 = Math.Max(a.Items.Length, Math.Max(b.Items.Length, c.Items.Length));
        Integers longest = new[] { a, b, c }.First(value => value.Items.Length == count3);
        return Fits(a, count3) && Fits(b, count3) && Fits(c, count3)
            ? new Integers([.. Enumerable.Range(0, count3).Select(i => At(a, i).Is(1) ? At(b, i) : At(a, i).Is(0) ? At(c, i) : throw call.Fail("a condition of a run."))], longest.Shape)
            : throw call.Fail("tensors of different sizes.");
    }

    private static GraphValue Combine(OperatorCall call, Integers a, Integers b) => Pairs(call, a, b, (x, y) => call.Node.Type switch
    {
        "Mul" when (x.Axes?.Length ?? 0) + (y.Axes?.Length ?? 0) <= OperatorCall.MostAxes => x * y,
        "Add" when x.IsNumber && y.IsNumber => unchecked(x.Number + y.Number),
        "Sub" when x.IsNumber && y.IsNumber => unchecked(x.Number - y.Number),
        "Add" when y.Is(0) => x,
        "Sub" when y.Is(0) => x,
        "Div" when y.IsNumber && y.Number is not (0 or -1) && x.Number % y.Number == 0 => x with { Number = x.Number / y.Number },
        "Div" when x.IsNumber && y.IsNumber && y.Number is not (0 or -1) => x.Number / y.Number,
        _ => throw call.Fail("arithmetic of sizes of a run."),
    });

    private static Integers Pairs(OperatorCall call, Integers a, Integers b, Func<Size, Size, Size> combine)
    {
        int count = Math.Max(a.Items.Length, b.Items.Length);
        return Fits(a, count) && Fits(b, count) && count <= OperatorCall.MostAxes
            ? new Integers([.. Enumerable.Range(0, count).Select(i => combine(At(a, i), At(b, i)))], a.Items.Length == count ? a.Shape : b.Shape)
            : throw call.Fail("tensors of different sizes, or of more sizes than a tensor has axes.");
    }

    private static bool Fits(Integers value, int count) => value.Items.Length == count || value.Items.Length == 1;

    private static Size At(Integers value, int i) => value.Items[value.Items.Length == 1 ? 0 : i];

    private static Floats Combine(OperatorCall call, Floats a, Floats b)
    {
        (Floats larger, Floats smaller) = a.Items.Length >= b.Items.Length ? (a, b) : (b, a);
        if (!smaller.Shape.SequenceEqual(larger.Shape) && smaller.Items.Length != 1)
        {
            throw call.Fail("constants of different shapes.");
        }

        ConstantOperators.Afford(call, larger.Shape);
        var items = new float[larger.Items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            float x = a.Items[a.Items.Length == 1 ? 0 : i], y = b.Items[b.Items.Length == 1 ? 0 : i];
            items[i] = call.Node.Type switch { "Add" => x + y, "Sub" => x - y, "Mul" => x * y, _ => x / y };
        }

        return new Floats(items, larger.Shape);
    }

    /// <summary>A number for each feature, the same at every step.</summary>
    private static Flow WithConstant(OperatorCall call, Flow flow, Floats constant, bool isFirst)
    {
        (Source source, int axis) = Whole.Of(call, flow);
        ConstantOperators.Afford(call, [source.Outputs]);
        float[] row = Row(call, constant, flow, axis, source.Outputs);
        (float[] Scale, float[] Offset) stage = call.Node.Type switch
        {
            "Add" => (Fill(1f), row),
            "Sub" => isFirst ? (Fill(1f), [.. row.Select(number => -number)]) : (Fill(-1f), row),
            "Mul" => (row, Fill(0f)),
            _ => isFirst ? ([.. row.Select(number => 1f / number)], Fill(0f)) : throw call.Fail("a constant is divided by a layer's result."),
        };
        Source result = call.Node.Type == "Add" && source is DenseSource dense
            ? dense.Plus(call.Node, row)
            : new StageSource(call.Node, source, source.Outputs, () => new ScaleStage(stage.Scale, stage.Offset));
        return Whole.Replace(flow, axis, result);

        float[] Fill(float number) => [.. Enumerable.Repeat(number, source.Outputs)];
    }

    private static float[] Row(OperatorCall call, Floats constant, Flow flow, int axis, int count)
    {
        // Shapes are aligned at their ends; only the features' axis may be longer than 1.
        int own = axis - (flow.Axes.Length - constant.Shape.Length);
        bool fits = constant.Items.Length == 1 || (constant.Items.Length == count && own >= 0 && constant.Shape[own] == count);
        return fits && constant.Shape.Length <= flow.Axes.Length
            ? constant.Items.Length == count ? constant.Items : [.. Enumerable.Repeat(constant.Items[0], count)]
            : throw call.Fail($"expected a number for each of {count} features, found a constant of [{string.Join(", ", constant.Shape)}].");
    }
}
