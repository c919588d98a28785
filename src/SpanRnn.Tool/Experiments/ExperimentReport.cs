namespace SpanRnn.Tool.Experiments;

/// <summary>All that one run of an experiment found out.</summary>
internal sealed record ExperimentReport
{
    public required string Experiment { get; init; }

    /// <summary>What was told before training: the data and the settings.</summary>
    public required IReadOnlyList<string> Setting { get; init; }

    /// <summary>Of the data.</summary>
    public required string Digest { get; init; }

    /// <summary>That shared each training; the results do not depend on it.</summary>
    public required int Threads { get; init; }

    public required IReadOnlyList<BaselineReport> Baselines { get; init; }

    public required IReadOnlyList<ContenderReport> Models { get; init; }

    /// <summary>Over seeds, where there are several.</summary>
    public required IReadOnlyList<ContenderSummary> Summaries { get; init; }
}
