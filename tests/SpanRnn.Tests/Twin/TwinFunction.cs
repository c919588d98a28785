namespace SpanRnn.Tests.Twin;

/// <summary>The functions a cell may apply, as ONNX lists them.</summary>
public enum TwinFunction
{
    Relu,
    Tanh,
    Sigmoid,
    Affine,
    LeakyRelu,
    ThresholdedRelu,
    ScaledTanh,
    HardSigmoid,
    Elu,
    Softsign,
    Softplus,
}
