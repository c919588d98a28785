namespace SpanRnn.Parameters;

/// <summary>Where the tensors of a dense (linear) layer start from.</summary>
/// <param name="Weight">The matrix [outputs, inputs].</param>
/// <param name="Bias">The vector [outputs].</param>
public sealed record DenseInitializers(Initializer Weight, Initializer Bias)
{
    /// <summary>Keras's: Glorot uniform weight, zero bias.</summary>
    public static DenseInitializers Keras { get; } = new(Initializer.GlorotUniform, Initializer.Zeros);

    /// <summary>PyTorch's: weight and bias uniform within 1 / sqrt(inputs) of 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputs"/> is not positive.</exception>
    public static DenseInitializers PyTorch(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        Initializer uniform = Initializer.Uniform((float)(1 / Math.Sqrt(inputs)));
        return new(uniform, uniform);
    }
}
