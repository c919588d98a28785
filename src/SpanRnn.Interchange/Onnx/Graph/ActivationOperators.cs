using SpanRnn.Interchange.Stages;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Functions of every number, and softmaxes over the features.</summary>
internal static class ActivationOperators
{
    public static GraphValue Run(OperatorCall call)
    {
        StageActivation activation = Activation(call);
        Flow flow = call.Flow(0);
        (Source source, int axis) = Whole.Of(call, flow);
        ConstantOperators.Afford(call, [source.Outputs]);
        if (!activation.IsElementwise)
        {
            // Up to opset 12 the axes from the given one on are taken together.
            int over = call.AxisAttribute(flow.Axes.Length, call.Graph.Opset < 13 ? 1 : -1);
            if (over != axis || (call.Graph.Opset < 13 && over != flow.Axes.Length - 1))
            {
                throw call.Fail("expected it to run over the features.");
            }
        }

        return Whole.Replace(flow, axis, new StageSource(call.Node, source, source.Outputs, () => new ActivationStage(activation, source.Outputs)));
    }

    private static StageActivation Activation(OperatorCall call)
    {
        GraphNode node = call.Node;
        return node.Type switch
        {
            "Tanh" => StageActivation.Tanh,
            "Sigmoid" => StageActivation.Sigmoid,
            "Relu" => StageActivation.Relu,
            "Softplus" => StageActivation.Softplus,
            "Softsign" => StageActivation.Softsign,
            "Softmax" => StageActivation.Softmax,
            "LogSoftmax" => StageActivation.LogSoftmax,
            "LeakyRelu" => StageActivation.LeakyRelu(node.Number("alpha", 0.01f)),
            "Elu" => StageActivation.Elu(node.Number("alpha", 1f)),
            "HardSigmoid" => StageActivation.HardSigmoid(node.Number("alpha", 0.2f), node.Number("beta", 0.5f)),
            "ThresholdedRelu" => new StageActivation(ActivationFunction.ThresholdedRelu, node.Number("alpha", 1f)),
            "PRelu" => Slopes(call),
            _ => throw call.Fail("no such operator is known here."),
        };
    }

    private static StageActivation Slopes(OperatorCall call)
    {
        Floats slopes = call.Floats(1);
        int features = Whole.Of(call, call.Flow(0)).Source.Outputs;
        return slopes.Items.Length == 1 || (slopes.Items.Length == features && slopes.Shape[^1] == features)
            ? StageActivation.PRelu(slopes.Items)
            : throw call.Fail($"expected one slope, or one for each of {features} features.");
    }
}
