using SpanRnn.Formats;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Every operator that is understood, each for the kinds of tensors that it may meet.</summary>
internal static class Operators
{
    public static GraphValue[] Run(GraphEvaluator graph, GraphNode node, GraphValue[] inputs)
    {
        var call = new OperatorCall(graph, node, inputs);
        try
        {
            return node.Type switch
            {
                "RNN" or "LSTM" or "GRU" => RecurrentOperator.Run(call),
                "MatMul" or "Gemm" => DenseOperators.Run(call),
                "Constant" => [ConstantOperators.Constant(call)],
                "ConstantOfShape" => [ConstantOperators.Fill(call)],
                "Shape" => [ShapeOperators.Shape(call)],
                "Add" or "Sub" or "Mul" or "Div" => [ArithmeticOperators.Run(call)],
                "Equal" or "Where" or "Range" => [ArithmeticOperators.Integer(call)],
                "ReduceSum" or "ReduceProd" or "ReduceMean" => [MergeOperators.Reduce(call)],
                "BatchNormalization" => [DenseOperators.Normalization(call)],
                "Identity" or "Dropout" or "Cast" or "Squeeze" or "Unsqueeze" or "Reshape" or "Flatten" or "Transpose" or "Concat" or "Gather" or "Slice"
                    or "Split" or "Expand" => Structure(call),
                _ => [ActivationOperators.Run(call)],
            };
        }
        catch (NotUnderstoodException reason)
        {
            return [new Obscure(node, reason.Message)];
        }
        catch (ModelFileException reason) when (RecurrentAttributes.IsRecurrent(node))
        {
            // Weights that the caller may still give, or that only this node lacks.
            return [new Obscure(node, reason.Reason.StartsWith(node.Title, StringComparison.Ordinal) ? reason.Reason[(node.Title.Length + 2)..] : reason.Reason)];
        }
    }

    private static GraphValue[] Structure(OperatorCall call) => call.Node.Type switch
    {
        "Identity" or "Dropout" => [call.Input(0)],
        "Gather" when call.Input(0) is Floats table && call.Input(1) is Flow tokens => [DenseOperators.Embedding(call, table, tokens)],
        "Concat" when Enumerable.Range(0, call.Node.InputCount).Any(i => call.Input(i) is Flow) => [FlowOperators.Concat(call)],
        _ => call.Input(0) switch
        {
            Flow flow => FlowOperators.Run(call, flow),
            Repeated repeated => [RepeatedOperators.Run(call, repeated)],
            _ => ConstantOperators.Run(call),
        },
    };
}
