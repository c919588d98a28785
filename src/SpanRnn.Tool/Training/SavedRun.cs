namespace SpanRnn.Tool.Training;

/// <summary>What a checkpoint keeps of a run, as one string of JSON beside weights, moments and the trainer's random numbers.</summary>
internal sealed record SavedRun
{
    public required TrainingSettings Settings { get; init; }

    public required TrainingState State { get; init; }

    public required SavedText Text { get; init; }
}
