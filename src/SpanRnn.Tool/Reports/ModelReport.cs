namespace SpanRnn.Tool.Reports;

/// <summary>What is told about one trained model. Bits are per character.</summary>
internal sealed record ModelReport
{
    /// <summary>What tables call it.</summary>
    public required string Name { get; init; }

    /// <summary>What the command line calls its cell.</summary>
    public required string Cell { get; init; }

    public required long Parameters { get; init; }

    public required long Iterations { get; init; }

    /// <summary>The update whose weights were kept.</summary>
    public required long BestIteration { get; init; }

    /// <summary>Why training ended.</summary>
    public required string Ended { get; init; }

    /// <summary>The mean over about the last 50 batches, in nats, dropout included.</summary>
    public required double TrainingLoss { get; init; }

    public required double? TrainingBits { get; init; }

    public required double? ValidationBits { get; init; }

    public required double? HeldOutBits { get; init; }

    /// <summary>Of training, the looks at the validation part included.</summary>
    public required double Seconds { get; init; }

    public required double CharactersPerSecond { get; init; }

    /// <summary>The median of one generated character.</summary>
    public required double MicrosecondsPerCharacter { get; init; }

    /// <summary>The prompt and what the model wrote after it.</summary>
    public required string Written { get; init; }

    public required string ModelFile { get; init; }

    public required string Checkpoint { get; init; }
}
