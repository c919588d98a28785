using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>How a model is trained.</summary>
public sealed record TrainerOptions
{
    /// <summary>The largest T of a batch; of an encoder-decoder's targets.</summary>
    public required int Steps { get; init; }

    /// <summary>The largest T of an encoder-decoder's sources; 0 for <see cref="Steps"/>. Other models have none.</summary>
    public int SourceSteps { get; init; }

    /// <summary>The largest B of a batch.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>What changes the weights; the trainer takes it over and disposes it.</summary>
    public required Optimizer Optimizer { get; init; }

    /// <summary>The learning rate of each step; null leaves the optimizer's.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The largest global norm of the gradients; null for no clipping.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>The largest magnitude of each gradient; null for no clipping.</summary>
    public float? MaxGradientValue { get; init; }

    /// <summary>Batches whose gradients are averaged before one update.</summary>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>Whether a batch starts from the states the last one ended with (truncated back-propagation through time).</summary>
    public bool CarriesState { get; init; }

    /// <summary>
    /// For a model that reads its own outputs: the probability, as a function of the updates so far, that a step reads the true previous
    /// output rather than the model's own (Bengio et al. 2015, "scheduled sampling"); null for always, teacher forcing.
    /// </summary>
    public Schedule? TeacherForcing { get; init; }

    /// <summary>Threads that share the work, with the same bits; null for the caller's alone. The trainer does not dispose it.</summary>
    public WorkerTeam? Team { get; init; }

    /// <summary>Where dropout masks and scheduled sampling come from.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    internal TrainerOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(AccumulatedBatches);
        ArgumentOutOfRangeException.ThrowIfNegative(SourceSteps);
        return this;
    }
}
