namespace SpanRnn.Interchange;

/// <summary>The functions that follow a layer of an imported model. All but the softmaxes take each number alone.</summary>
public enum ActivationFunction
{
    /// <summary>y = x.</summary>
    Identity,

    /// <summary>y = tanh(x).</summary>
    Tanh,

    /// <summary>y = 1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>y = max(x, 0).</summary>
    Relu,

    /// <summary>y = x where x >= 0, else alpha x.</summary>
    LeakyRelu,

    /// <summary>y = x where x >= 0, else slope x, with a slope for each feature.</summary>
    PRelu,

    /// <summary>y = x where x >= 0, else alpha (e^x - 1).</summary>
    Elu,

    /// <summary>y = alpha x + beta, held between 0 and 1.</summary>
    HardSigmoid,

    /// <summary>y = log(1 + e^x).</summary>
    Softplus,

    /// <summary>y = x / (1 + |x|).</summary>
    Softsign,

    /// <summary>y = alpha tanh(beta x).</summary>
    ScaledTanh,

    /// <summary>y = x where x > alpha, else 0.</summary>
    ThresholdedRelu,

    /// <summary>y = alpha x + beta.</summary>
    Affine,

    /// <summary>y = e^x / (sum of e^x over the features of a step).</summary>
    Softmax,

    /// <summary>y = x - log(sum of e^x over the features of a step).</summary>
    LogSoftmax,
}
