namespace SpanRnn.Cells;

/// <summary>A function applied to each number of a cell, with its parameters: <see cref="ActivationKind"/> gives the formulas.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Alpha">The a of its formula; kinds without one ignore it.</param>
/// <param name="Beta">The b of its formula; kinds without one ignore it.</param>
public readonly record struct Activation(ActivationKind Kind, float Alpha, float Beta)
{
    /// <summary>max(0, x).</summary>
    public static Activation Relu => new(ActivationKind.Relu, 0f, 0f);

    /// <summary>The hyperbolic tangent.</summary>
    public static Activation Tanh => new(ActivationKind.Tanh, 0f, 0f);

    /// <summary>1 / (1 + e^-x).</summary>
    public static Activation Sigmoid => new(ActivationKind.Sigmoid, 0f, 0f);

    /// <summary>x / (1 + |x|).</summary>
    public static Activation Softsign => new(ActivationKind.Softsign, 0f, 0f);

    /// <summary>ln(1 + e^x).</summary>
    public static Activation Softplus => new(ActivationKind.Softplus, 0f, 0f);

    /// <summary>Whether the formula has an a.</summary>
    public bool HasAlpha => Kind is not (ActivationKind.Relu or ActivationKind.Tanh or ActivationKind.Sigmoid or ActivationKind.Softsign or ActivationKind.Softplus);

    /// <summary>Whether the formula has a b.</summary>
    public bool HasBeta => Kind is ActivationKind.Affine or ActivationKind.ScaledTanh or ActivationKind.HardSigmoid;

    /// <summary>alpha x + beta.</summary>
    public static Activation Affine(float alpha = 1f, float beta = 0f) => new(ActivationKind.Affine, alpha, beta);

    /// <summary>x where it is at least 0, else alpha x.</summary>
    public static Activation LeakyRelu(float alpha = 0.01f) => new(ActivationKind.LeakyRelu, alpha, 0f);

    /// <summary>x where it is at least alpha, else 0.</summary>
    public static Activation ThresholdedRelu(float alpha = 1f) => new(ActivationKind.ThresholdedRelu, alpha, 0f);

    /// <summary>alpha tanh(beta x).</summary>
    public static Activation ScaledTanh(float alpha = 1f, float beta = 1f) => new(ActivationKind.ScaledTanh, alpha, beta);

    /// <summary>min(max(alpha x + beta, 0), 1).</summary>
    public static Activation HardSigmoid(float alpha = 0.2f, float beta = 0.5f) => new(ActivationKind.HardSigmoid, alpha, beta);

    /// <summary>x where it is at least 0, else alpha (e^x - 1).</summary>
    public static Activation Elu(float alpha = 1f) => new(ActivationKind.Elu, alpha, 0f);

    /// <summary>That kind with ONNX's defaults for what its formula has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static Activation Default(ActivationKind kind) => kind switch
    {
        ActivationKind.Affine => Affine(),
        ActivationKind.LeakyRelu => LeakyRelu(),
        ActivationKind.ThresholdedRelu => ThresholdedRelu(),
        ActivationKind.ScaledTanh => ScaledTanh(),
        ActivationKind.HardSigmoid => HardSigmoid(),
        ActivationKind.Elu => Elu(),
        _ => Enum.IsDefined(kind) ? new(kind, 0f, 0f) : throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such activation."),
    };
}
