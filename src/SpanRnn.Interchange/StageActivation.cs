using System.Globalization;

namespace SpanRnn.Interchange;

/// <summary>An activation and its constants. Immutable.</summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">Its first constant, where it has one.</param>
/// <param name="Beta">Its second constant, where it has one.</param>
public sealed record StageActivation(ActivationFunction Function, float Alpha = 0f, float Beta = 0f)
{
    /// <summary>The slopes of <see cref="ActivationFunction.PRelu"/>: one for each feature, or a single one for all; else empty.</summary>
    public ReadOnlyMemory<float> Slopes { get; init; }

    /// <summary>y = x.</summary>
    public static StageActivation Identity { get; } = new(ActivationFunction.Identity);

    /// <summary>y = tanh(x).</summary>
    public static StageActivation Tanh { get; } = new(ActivationFunction.Tanh);

    /// <summary>y = 1 / (1 + e^-x).</summary>
    public static StageActivation Sigmoid { get; } = new(ActivationFunction.Sigmoid);

    /// <summary>y = max(x, 0).</summary>
    public static StageActivation Relu { get; } = new(ActivationFunction.Relu);

    /// <summary>y = log(1 + e^x).</summary>
    public static StageActivation Softplus { get; } = new(ActivationFunction.Softplus);

    /// <summary>y = x / (1 + |x|).</summary>
    public static StageActivation Softsign { get; } = new(ActivationFunction.Softsign);

    /// <summary>Probabilities over the features.</summary>
    public static StageActivation Softmax { get; } = new(ActivationFunction.Softmax);

    /// <summary>Logarithms of probabilities over the features.</summary>
    public static StageActivation LogSoftmax { get; } = new(ActivationFunction.LogSoftmax);

    /// <summary>y = x where x >= 0, else alpha x.</summary>
    public static StageActivation LeakyRelu(float alpha) => new(ActivationFunction.LeakyRelu, alpha);

    /// <summary>y = x where x >= 0, else slope x.</summary>
    public static StageActivation PRelu(ReadOnlySpan<float> slopes) => new(ActivationFunction.PRelu) { Slopes = slopes.ToArray() };

    /// <summary>y = x where x >= 0, else alpha (e^x - 1).</summary>
    public static StageActivation Elu(float alpha = 1f) => new(ActivationFunction.Elu, alpha);

    /// <summary>y = alpha x + beta, held between 0 and 1. Keras 2 and ONNX: alpha 0.2, beta 0.5; PyTorch and Keras 3: 1/6 and 0.5.</summary>
    public static StageActivation HardSigmoid(float alpha, float beta) => new(ActivationFunction.HardSigmoid, alpha, beta);

    /// <summary>Whether it takes each number alone.</summary>
    public bool IsElementwise => Function is not (ActivationFunction.Softmax or ActivationFunction.LogSoftmax);

    /// <summary>Whether nothing is done.</summary>
    public bool IsIdentity => Function == ActivationFunction.Identity;

    /// <summary>For messages: <c>leaky relu 0.01</c>.</summary>
    public override string ToString() => Function switch
    {
        ActivationFunction.LeakyRelu => Text($"leaky relu {Alpha}"),
        ActivationFunction.PRelu => Slopes.Length == 1 ? "prelu, one slope" : Text($"prelu, {Slopes.Length} slopes"),
        ActivationFunction.Elu => Text($"elu {Alpha}"),
        ActivationFunction.HardSigmoid => Text($"hard sigmoid {Alpha} x + {Beta}"),
        ActivationFunction.ScaledTanh => Text($"scaled tanh {Alpha} tanh({Beta} x)"),
        ActivationFunction.ThresholdedRelu => Text($"thresholded relu {Alpha}"),
        ActivationFunction.Affine => Text($"affine {Alpha} x + {Beta}"),
        ActivationFunction.LogSoftmax => "log-softmax",
        _ => Function.ToString().ToLowerInvariant(),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
