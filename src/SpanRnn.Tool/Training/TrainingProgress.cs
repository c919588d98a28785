namespace SpanRnn.Tool.Training;

/// <summary>How far a training, or another long work, is.</summary>
internal readonly record struct TrainingProgress
{
    /// <summary>Updates so far.</summary>
    public required long Iteration { get; init; }

    /// <summary>Updates in all; long.MaxValue: until the time is up.</summary>
    public required long Iterations { get; init; }

    /// <summary>0 to 1: of the iterations or of the time, whichever is further.</summary>
    public required double Part { get; init; }

    /// <summary>The mean over about the last 50 batches, dropout included; null for what is no training.</summary>
    public double? Loss { get; init; }

    /// <summary>The last figure of the validation part; null before the first.</summary>
    public double? Validation { get; init; }

    /// <summary>What <see cref="Validation"/> is.</summary>
    public Measure? Measure { get; init; }

    /// <summary>Since this process began to train.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Of what so many are read in a second.</summary>
    public required string Unit { get; init; }

    /// <summary>Of training so far.</summary>
    public required double Seconds { get; init; }

    /// <summary>If it goes on at that speed and does not end early.</summary>
    public required double SecondsLeft { get; init; }
}
