using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Html;

/// <summary>A row of a page's table.</summary>
internal sealed record ComparedModel
{
    public required string Name { get; init; }

    /// <summary>Null for a baseline, which was not trained.</summary>
    public ulong? Seed { get; init; }

    public long? Parameters { get; init; }

    /// <summary>By the measures' ids.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    public double? Seconds { get; init; }

    /// <summary>Training speed.</summary>
    public double? PerSecond { get; init; }

    /// <summary>Of one example or step.</summary>
    public double? Microseconds { get; init; }

    /// <summary>How its training went.</summary>
    public IReadOnlyList<TrainingProgress> Curve { get; init; } = [];
}
