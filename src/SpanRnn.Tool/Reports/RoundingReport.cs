namespace SpanRnn.Tool.Reports;

/// <summary>What <c>round</c> found.</summary>
internal sealed record RoundingReport
{
    /// <summary>The model's file.</summary>
    public required string Model { get; init; }

    public required long Parameters { get; init; }

    /// <summary>What it was measured on.</summary>
    public required string Data { get; init; }

    /// <summary>Answers that were compared, and what they are of.</summary>
    public required int Count { get; init; }

    public required string Unit { get; init; }

    /// <summary>What <see cref="RoundedFigures.Figure"/> is.</summary>
    public required string Measure { get; init; }

    /// <summary>float32 first.</summary>
    public required IReadOnlyList<RoundedFigures> Formats { get; init; }
}
