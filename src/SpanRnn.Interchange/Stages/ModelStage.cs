using SpanRnn.Interchange.Running;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>One stage of an <see cref="ImportedModel"/>: what is computed and its weights, shared by all runs and sessions.</summary>
public abstract class ModelStage : IDisposable
{
    private protected ModelStage(int inputSize, int outputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        (InputSize, OutputSize) = (inputSize, outputSize);
    }

    /// <summary>Numbers of a row that it reads; of an embedding, the tokens it knows.</summary>
    public int InputSize { get; }

    /// <summary>Numbers of a row that it writes.</summary>
    public int OutputSize { get; }

    /// <summary>Numbers it learned.</summary>
    public abstract long Parameters { get; }

    /// <summary>The line that <c>info</c> shows of it.</summary>
    public abstract LayerSummary Summarize();

    /// <summary>Returns what it holds to the pool.</summary>
    public virtual void Dispose()
    {
    }

    internal abstract StageRun Plan(StagePlan plan);

    /// <summary>The stage with the state of one stream; its weights in a format, if it has any that are large.</summary>
    /// <exception cref="InvalidOperationException">The stage needs the end of a sequence before its start.</exception>
    internal abstract StageStep CreateStep(WeightFormat format, Lanes.Isa isa);
}
