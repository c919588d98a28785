using SpanRnn.Cells;

namespace SpanRnn.Interchange.Keras;

/// <summary>Keras 3's names of activations.</summary>
internal static class KerasActivation
{
    /// <exception cref="ArgumentException">The engine has no such activation in a cell.</exception>
    public static Activation Of(string name) => name switch
    {
        "tanh" => Activation.Tanh,
        "sigmoid" => Activation.Sigmoid,
        "relu" => Activation.Relu,
        "linear" or "" => Activation.Affine(),
        "hard_sigmoid" => Activation.HardSigmoid(1f / 6f, 0.5f),
        "elu" => Activation.Elu(),
        "leaky_relu" => Activation.LeakyRelu(0.2f),
        "softsign" => Activation.Softsign,
        "softplus" => Activation.Softplus,
        _ => throw new ArgumentException(
            $"activation: expected tanh, sigmoid, relu, linear, hard_sigmoid, elu, leaky_relu, softsign or softplus, found {Formats.ModelFileException.Quote(name)}."),
    };
}
