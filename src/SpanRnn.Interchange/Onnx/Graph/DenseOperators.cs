using SpanRnn.Interchange.Stages;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Layers that are the same at every step: embeddings, products with constants, normalisation by constants.</summary>
internal static class DenseOperators
{
    public static GraphValue Embedding(OperatorCall call, Floats table, Flow tokens)
    {
        bool isTokens = tokens.FeatureAxis < 0 && tokens.Pieces is [{ Source: InputSource { IsPart: false } }];
        if (!isTokens || table.Shape.Length != 2 || table.Items.Length == 0 || call.AxisAttribute(2, 0) != 0)
        {
            throw call.Fail("expected a table [tokens, width] and an input of tokens.");
        }

        (int rows, int width) = (table.Shape[0], table.Shape[1]);
        var source = new StageSource(call.Node, tokens.Pieces[0].Source, width, () => new EmbeddingStage(table.Items, rows, width));
        return Flow.Of(source, [.. tokens.Axes, [new Feature(width)]], width);
    }

    public static GraphValue[] Run(OperatorCall call)
    {
        Flow flow = call.Flow(0);
        Floats weight = call.Floats(1);
        if (weight.Shape.Length != 2 || weight.Items.Length == 0)
        {
            throw call.Fail($"expected a matrix as input 1, found [{string.Join(", ", weight.Shape)}].");
        }

        (Source source, int axis) = Whole.Of(call, flow);
        bool isGemm = call.Node.Type == "Gemm", isTransposed = isGemm && call.Node.Integer("transB", 0) == 1;
        (int inputs, int outputs) = isTransposed ? (weight.Shape[1], weight.Shape[0]) : (weight.Shape[0], weight.Shape[1]);
        if (axis != flow.Axes.Length - 1 || axis < 0 || !(flow.Features == 0 || source.Outputs == inputs))
        {
            throw call.Fail($"expected {inputs} features on the last axis.");
        }

        if (isGemm && (call.Node.Integer("transA", 0) != 0 || flow.Axes.Length != 2))
        {
            throw call.Fail("expected rows of features as input 0.");
        }

        ConstantOperators.Afford(call, [inputs, outputs]);
        float alpha = isGemm ? call.Node.Number("alpha", 1f) : 1f;
        float[] w = isTransposed ? weight.Items : Arrays.Transpose(weight.Items, weight.Shape, [1, 0]);
        float[] scaled = alpha == 1f ? w : [.. w.Select(number => alpha * number)];
        var dense = new DenseSource(call.Node, source, scaled, isGemm && call.Has(2) ? Bias(call, outputs) : null, outputs);
        return [Whole.Replace(flow, axis, dense)];
    }

    /// <summary>Batch normalisation with the statistics of training: a scale and an offset for each feature.</summary>
    public static GraphValue Normalization(OperatorCall call)
    {
        Flow flow = call.Flow(0);
        (Source source, int axis) = Whole.Of(call, flow);
        float[][] rows = [.. Enumerable.Range(1, 4).Select(i => call.Floats(i).Items)];
        if (axis != 1 || rows.Any(row => row.Length != source.Outputs) || call.Node.Integer("training_mode", 0) != 0)
        {
            throw call.Fail("expected features on axis 1, and four numbers for each.");
        }

        ConstantOperators.Afford(call, [source.Outputs]);
        float epsilon = call.Node.Number("epsilon", 1e-5f);
        float[] scale = [.. rows[0].Zip(rows[3], (gamma, variance) => gamma / MathF.Sqrt(variance + epsilon))];
        float[] offset = [.. rows[1].Select((beta, i) => beta - rows[2][i] * scale[i])];
        return Whole.Replace(flow, axis, new StageSource(call.Node, source, source.Outputs, () => new ScaleStage(scale, offset)));
    }

    private static float[] Bias(OperatorCall call, int outputs)
    {
        Floats bias = call.Floats(2);
        float beta = call.Node.Number("beta", 1f);
        bool isRow = bias.Items.Length == 1 || (bias.Items.Length == outputs && bias.Shape[^1] == outputs);
        return isRow
            ? [.. Enumerable.Range(0, outputs).Select(i => beta * bias.Items[bias.Items.Length == 1 ? 0 : i])]
            : throw call.Fail($"expected a bias of {outputs} numbers, found [{string.Join(", ", bias.Shape)}].");
    }
}
