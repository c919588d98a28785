namespace SpanRnn.Tool.Training;

/// <summary>How long a training lasts and when it is looked at.</summary>
internal sealed record FitSettings
{
    /// <summary>Updates.</summary>
    public required long Iterations { get; init; }

    /// <summary>A time budget; the clock then decides when training ends, so results differ from run to run. Null: none.</summary>
    public double? Seconds { get; init; }

    /// <summary>Updates from one look at the validation part to the next.</summary>
    public required long EvaluateEvery { get; init; }

    /// <summary>Looks without a better figure after which training ends.</summary>
    public int Patience { get; init; } = int.MaxValue;
}
