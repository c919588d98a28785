namespace SpanRnn.Parameters;

/// <summary>Where a tensor's numbers start from.</summary>
/// <remarks>
/// Numbers are drawn row after row in the order of the columns; padding stays zero. The defaults of PyTorch and of Keras for whole
/// layers are in <see cref="RecurrentInitializers"/> and <see cref="DenseInitializers"/>.
/// </remarks>
public abstract class Initializer
{
    private protected Initializer()
    {
    }

    /// <summary>All numbers 0.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0f);

    /// <summary>PyTorch's for an embedding: normal with deviation 1.</summary>
    public static Initializer PyTorchEmbedding { get; } = new NormalInitializer(1f);

    /// <summary>Keras's for an embedding: uniform within 0.05 of 0.</summary>
    public static Initializer KerasEmbedding { get; } = Uniform(0.05f);

    /// <summary>Glorot and Bengio 2010: uniform within sqrt(6 / (fan in + fan out)) of 0; for a matrix that is its rows and columns.</summary>
    public static Initializer GlorotUniform { get; } = new GlorotUniformInitializer();

    /// <summary>All numbers <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite.</exception>
    public static Initializer Constant(float value) => new ConstantInitializer(Finite(value, nameof(value)));

    /// <summary>Uniform in [-limit, limit].</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative or not finite.</exception>
    public static Initializer Uniform(float limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return new UniformInitializer(-limit, Finite(limit, nameof(limit)));
    }

    /// <summary>Uniform in [low, high].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="low"/> is above <paramref name="high"/>.</exception>
    public static Initializer Uniform(float low, float high)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(low, high);
        return new UniformInitializer(Finite(low, nameof(low)), Finite(high, nameof(high)));
    }

    /// <summary>Normal with mean 0: <c>Normal(0.1f)</c> is the tutorials' "0.1 x normal".</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is negative or not finite.</exception>
    public static Initializer Normal(float deviation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        return new NormalInitializer(Finite(deviation, nameof(deviation)));
    }

    /// <summary>Orthonormal rows or columns, whichever are fewer, times <paramref name="gain"/> (Saxe, McClelland and Ganguli 2014).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gain"/> is not finite.</exception>
    public static Initializer Orthogonal(float gain = 1f) => new OrthogonalInitializer(Finite(gain, nameof(gain)));

    /// <summary>
    /// A bias vector of an LSTM: <paramref name="value"/> for the forget gate, <paramref name="others"/> (zeros by default) for the
    /// rest. With two bias vectors, use it for one of them only, for the gate sees their sum.
    /// </summary>
    /// <remarks>Jozefowicz, Zaremba and Sutskever 2015. Gates in the order i f g o.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite.</exception>
    public static Initializer ForgetBias(float value = 1f, Initializer? others = null) =>
        new ForgetBiasInitializer(Finite(value, nameof(value)), others ?? Zeros);

    /// <summary>Sets every number of <paramref name="tensor"/>.</summary>
    /// <param name="tensor">Rows of numbers; their padding is left alone.</param>
    /// <param name="random">Where random numbers come from; constants draw none.</param>
    /// <exception cref="ArgumentException">The tensor's shape does not suit the initializer (a forget bias needs a vector of 4 H).</exception>
    public abstract void Fill(TensorView tensor, RandomStream random);

    private static float Finite(float value, string name) => float.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number.");
}
