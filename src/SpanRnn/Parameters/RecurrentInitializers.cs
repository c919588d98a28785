namespace SpanRnn.Parameters;

/// <summary>Where each tensor of a recurrent layer starts from; every layer and direction uses the same.</summary>
/// <param name="InputWeight">W, PyTorch's <c>weight_ih</c> [G H, I].</param>
/// <param name="RecurrentWeight">R, PyTorch's <c>weight_hh</c> [G H, H].</param>
/// <param name="Bias">The only bias vector, or the first of two: <c>bias_ih</c> [G H].</param>
/// <param name="RecurrentBias">The second bias vector, <c>bias_hh</c> [G H], or what a reset-after GRU keeps apart.</param>
/// <param name="Projection">PyTorch's <c>weight_hr</c> [P, H].</param>
public sealed record RecurrentInitializers(
    Initializer InputWeight, Initializer RecurrentWeight, Initializer Bias, Initializer RecurrentBias, Initializer Projection)
{
    /// <summary>An LSTM's peepholes, <c>weight_peephole</c> [3 H]: zeros unless said otherwise.</summary>
    public Initializer Peephole { get; init; } = Initializer.Zeros;

    /// <summary>PyTorch's: every number, biases too, uniform within 1 / sqrt(H) of 0.</summary>
    /// <param name="hidden">H, the number of units.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hidden"/> is not positive.</exception>
    public static RecurrentInitializers PyTorch(int hidden)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        return Same(Initializer.Uniform((float)(1 / Math.Sqrt(hidden))));
    }

    /// <summary>Keras's: Glorot uniform W, orthogonal R, biases zero.</summary>
    /// <remarks>An LSTM in Keras has a forget bias of 1 besides: <c>Keras.WithForgetBias()</c>.</remarks>
    public static RecurrentInitializers Keras { get; } =
        new(Initializer.GlorotUniform, Initializer.Orthogonal(), Initializer.Zeros, Initializer.Zeros, Initializer.GlorotUniform);

    /// <summary>Weights normal with mean 0 and that deviation, biases zero: a tutorial's "0.1 x normal" with the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is negative or not finite.</exception>
    public static RecurrentInitializers Normal(float deviation = 0.1f)
    {
        Initializer normal = Initializer.Normal(deviation);
        return new(normal, normal, Initializer.Zeros, Initializer.Zeros, normal);
    }

    /// <summary>The same initializer for every tensor.</summary>
    public static RecurrentInitializers Same(Initializer initializer) => new(initializer, initializer, initializer, initializer, initializer);

    /// <summary>These, but an LSTM's forget gate starts from <paramref name="value"/>: in the first bias vector, with 0 in the second.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite.</exception>
    public RecurrentInitializers WithForgetBias(float value = 1f) => this with
    {
        Bias = Initializer.ForgetBias(value, Bias),
        RecurrentBias = Initializer.ForgetBias(0f, RecurrentBias),
    };
}
