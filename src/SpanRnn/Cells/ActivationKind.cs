namespace SpanRnn.Cells;

/// <summary>The activations that a recurrent cell may apply, by ONNX's names; a and b are <see cref="Activation.Alpha"/> and <see cref="Activation.Beta"/>.</summary>
public enum ActivationKind
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>a x + b.</summary>
    Affine,

    /// <summary>x where it is at least 0, else a x.</summary>
    LeakyRelu,

    /// <summary>x where it is at least a, else 0.</summary>
    ThresholdedRelu,

    /// <summary>a tanh(b x).</summary>
    ScaledTanh,

    /// <summary>min(max(a x + b, 0), 1).</summary>
    HardSigmoid,

    /// <summary>x where it is at least 0, else a (e^x - 1).</summary>
    Elu,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,
}
