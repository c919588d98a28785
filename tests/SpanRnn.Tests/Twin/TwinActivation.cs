namespace SpanRnn.Tests.Twin;

/// <summary>A function with its parameters, in float64 and in the words of ONNX's text.</summary>
public sealed record TwinActivation(TwinFunction Function, double Alpha = 0, double Beta = 0)
{
    public double Of(double x) => Function switch
    {
        TwinFunction.Relu => Math.Max(0, x),
        TwinFunction.Tanh => Math.Tanh(x),
        TwinFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        TwinFunction.Affine => Alpha * x + Beta,
        TwinFunction.LeakyRelu => x >= 0 ? x : Alpha * x,
        TwinFunction.ThresholdedRelu => x >= Alpha ? x : 0,
        TwinFunction.ScaledTanh => Alpha * Math.Tanh(Beta * x),
        TwinFunction.HardSigmoid => Math.Min(Math.Max(Alpha * x + Beta, 0), 1),
        TwinFunction.Elu => x >= 0 ? x : Alpha * (Math.Exp(x) - 1),
        TwinFunction.Softsign => x / (1 + Math.Abs(x)),
        TwinFunction.Softplus => x > 30 ? x + Math.Exp(-x) : Math.Log(1 + Math.Exp(x)),
        _ => throw new NotSupportedException($"function {Function}"),
    };

    public override string ToString() => $"{Function}({Alpha:g3} {Beta:g3})";
}
