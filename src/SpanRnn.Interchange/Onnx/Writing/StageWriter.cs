using SpanRnn.Interchange.Stages;

namespace SpanRnn.Interchange.Onnx.Writing;

/// <summary>The stages of an imported model that are not recurrent, as nodes.</summary>
internal static class StageWriter
{
    /// <exception cref="NotSupportedException">ONNX's plain operators do not express the stage.</exception>
    public static string Write(GraphWriter graph, ModelStage stage, string x, RecurrentWriter? layers)
    {
        switch (stage)
        {
            case EmbeddingStage embedding:
                return graph.Embedding(x, embedding.Table.ToArray(), embedding.InputSize, embedding.OutputSize);
            case DenseStage dense:
                return Activation(graph, dense.Activation, graph.Dense(x, dense.Weight.ToArray(), dense.Bias.ToArray(), dense.InputSize, dense.OutputSize));
            case ActivationStage activation:
                return Activation(graph, activation.Activation, x);
            case ScaleStage scale:
                return Scaled(graph, x, scale.Scale.ToArray(), scale.Offset.ToArray());
            case SelectionStage { Selected: SelectedStep.FinalState }:
                return layers!.FinalHidden();
            case SelectionStage when graph.Options.WithLengths:
                throw new NotSupportedException("WithLengths: the last step of sequences of different lengths is not written; their final states would be.");
            case SelectionStage:
                string last = graph.Node("Gather", [x, graph.Constant(graph.Fresh("last"), [-1])], ("axis", 0L));
                return graph.Node("Squeeze", [last, graph.Constant(graph.Fresh("axes"), [0])]);
            case InputSkipStage skip when skip.Skipped == skip.OutputSize:
                string[] range = [graph.Constant(graph.Fresh("start"), [0]), graph.Constant(graph.Fresh("end"), [skip.Skipped]), graph.Constant(graph.Fresh("axes"), [2])];
                return graph.Node("Add", [x, graph.Node("Slice", ["x", .. range])]);
            default:
                throw new NotSupportedException($"{stage.Summarize().Type}: this stage is not written as ONNX.");
        }
    }

    private static string Scaled(GraphWriter graph, string x, float[] scale, float[] offset)
    {
        string product = graph.Node("Mul", [x, graph.Constant(graph.Fresh("scale"), scale, scale.Length)]);
        return graph.Node("Add", [product, graph.Constant(graph.Fresh("offset"), offset, offset.Length)]);
    }

    private static string Activation(GraphWriter graph, StageActivation activation, string x)
    {
        float alpha = activation.Alpha, beta = activation.Beta;
        switch (activation.Function)
        {
            case ActivationFunction.Identity:
                return x;
            case ActivationFunction.Tanh or ActivationFunction.Sigmoid or ActivationFunction.Relu or ActivationFunction.Softplus or ActivationFunction.Softsign:
                return graph.Node($"{activation.Function}", [x]);
            case ActivationFunction.LeakyRelu or ActivationFunction.Elu or ActivationFunction.ThresholdedRelu:
                return graph.Node($"{activation.Function}", [x], ("alpha", alpha));
            case ActivationFunction.HardSigmoid:
                return graph.Node("HardSigmoid", [x], ("alpha", alpha), ("beta", beta));
            case ActivationFunction.Softmax or ActivationFunction.LogSoftmax:
                return graph.Node($"{activation.Function}", [x], ("axis", -1L));
            case ActivationFunction.PRelu:
                return graph.Node("PRelu", [x, graph.Constant(graph.Fresh("slopes"), activation.Slopes.ToArray(), activation.Slopes.Length)]);
            case ActivationFunction.Affine:
                return Scaled(graph, x, [alpha], [beta]);
            case ActivationFunction.ScaledTanh:
                string tanh = graph.Node("Tanh", [graph.Node("Mul", [x, graph.Constant(graph.Fresh("beta"), [beta], 1)])]);
                return graph.Node("Mul", [tanh, graph.Constant(graph.Fresh("alpha"), [alpha], 1)]);
            default:
                throw new NotSupportedException($"{activation}: this activation is not written as ONNX.");
        }
    }
}
