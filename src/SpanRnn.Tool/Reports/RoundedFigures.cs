namespace SpanRnn.Tool.Reports;

/// <summary>What a model is with weights of one format.</summary>
internal sealed record RoundedFigures
{
    /// <summary>float32, bf16 or int8.</summary>
    public required string Weights { get; init; }

    /// <summary>Bytes that steps read, the embedding's whole table included.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of a model file, without vocabulary and notes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The report's measure.</summary>
    public required double Figure { get; init; }

    /// <summary>By how much the measure is worse than float32's; negative: better.</summary>
    public required double Worse { get; init; }

    /// <summary>The largest difference of any output from float32's.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>The mean of all outputs' differences.</summary>
    public required double MeanDifference { get; init; }

    /// <summary>Answers whose likeliest class is another one.</summary>
    public required int OtherAnswers { get; init; }
}
