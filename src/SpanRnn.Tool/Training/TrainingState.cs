namespace SpanRnn.Tool.Training;

/// <summary>Where a training is: a few numbers that a checkpoint keeps beside the weights.</summary>
internal sealed record TrainingState
{
    private const double LossMemory = 50;

    public static TrainingState Start { get; } = new();

    /// <summary>Updates so far.</summary>
    public long Iteration { get; init; }

    /// <summary>The mean of about the last 50 batches' losses, in nats.</summary>
    public double Loss { get; init; }

    /// <summary>Seconds so far, also of the processes before this one.</summary>
    public double Seconds { get; init; }

    /// <summary>When the validation part was last looked at.</summary>
    public long EvaluatedAt { get; init; }

    /// <summary>What was seen there.</summary>
    public double? Validation { get; init; }

    /// <summary>How often it was looked at without finding it better.</summary>
    public int LooksWithoutGain { get; init; }

    /// <summary>Where the next batch comes from.</summary>
    public string Position { get; init; } = "";

    /// <summary>The state one update later.</summary>
    public TrainingState After(double loss) => this with
    {
        Iteration = Iteration + 1,
        Loss = Loss + (loss - Loss) / Math.Min(Iteration + 1, LossMemory),
    };
}
