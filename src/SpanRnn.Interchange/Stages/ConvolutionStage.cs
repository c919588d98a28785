using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>
/// A causal convolution over time, y[t] = f(b + sum over k of W[k] x[t - (K - 1 - k) D]) with zeros before the first step: Keras's Conv1D with
/// <c>padding="causal"</c>, RTNeural's conv1d.
/// </summary>
public sealed class ConvolutionStage : ModelStage
{
    private readonly float[] _kernel;

    /// <param name="kernel">W, [K, I, O]: Keras's layout, the newest step last; copied.</param>
    /// <param name="bias">b, [O]; empty for none; copied.</param>
    /// <param name="inputs">I.</param>
    /// <param name="outputs">O.</param>
    /// <param name="size">K, steps that are looked at.</param>
    /// <param name="dilation">D, from one of these steps to the next.</param>
    /// <param name="activation">f; null for none.</param>
    /// <exception cref="ArgumentException">A span has another length, or a size is not positive.</exception>
    public ConvolutionStage(
        ReadOnlySpan<float> kernel, ReadOnlySpan<float> bias, int inputs, int outputs, int size, int dilation = 1, StageActivation? activation = null)
        : base(inputs, outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        Checks.Length("kernel", kernel.Length, (long)size * inputs * outputs, $"[K {size}, I {inputs}, O {outputs}]");
        if ((long)size * dilation * inputs > MostHistory)
        {
            throw new ArgumentException($"A convolution that looks back {(long)size * dilation} steps of {inputs} numbers: at most {MostHistory} numbers are kept.");
        }

        (Size, Dilation) = (size, dilation);
        _kernel = kernel.ToArray();
        Dense = new DenseStage(Rows(kernel, size * inputs, outputs), bias, size * inputs, outputs, activation);
    }

    /// <summary>W, [K, I, O].</summary>
    public ReadOnlySpan<float> Kernel => _kernel;

    /// <summary>b, [O]; empty for none.</summary>
    public ReadOnlySpan<float> Bias => Dense.Bias;

    /// <summary>K.</summary>
    public int Size { get; }

    /// <summary>D.</summary>
    public int Dilation { get; }

    /// <summary>f.</summary>
    public StageActivation Activation => Dense.Activation;

    /// <inheritdoc/>
    public override long Parameters => Dense.Parameters;

    /// <summary>All K steps side by side are the input of a dense layer.</summary>
    internal DenseStage Dense { get; }

    /// <summary>Numbers of a session's history at most.</summary>
    private const long MostHistory = 1 << 24;

    /// <inheritdoc/>
    public override LayerSummary Summarize() => new($"causal convolution of {Size} steps, dilation {Dilation}", InputSize, OutputSize)
    {
        Activation = Activation.IsIdentity ? null : Activation.ToString(),
        Parameters = Parameters,
    };

    /// <inheritdoc/>
    public override void Dispose() => Dense.Dispose();

    internal override StageRun Plan(StagePlan plan) => new ConvolutionRun(this, plan);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new ConvolutionStep(this, format, isa);

    /// <summary>From [K I, O] to [O, K I].</summary>
    private static float[] Rows(ReadOnlySpan<float> kernel, int inputs, int outputs)
    {
        float[] rows = new float[kernel.Length];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                rows[o * inputs + i] = kernel[i * outputs + o];
            }
        }

        return rows;
    }
}
