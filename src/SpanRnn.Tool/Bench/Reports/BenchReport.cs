namespace SpanRnn.Tool.Bench.Reports;

/// <summary>All that a run found out; a section that was not asked for, or not reached, is empty.</summary>
internal sealed record BenchReport
{
    /// <summary>Processor and caches; system, runtime and date.</summary>
    public required IReadOnlyList<string> Machine { get; init; }

    /// <summary>The file that was measured; null for layers made for it.</summary>
    public required string? Model { get; init; }

    /// <summary>That the run should take.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of the team in <see cref="Cores"/>.</summary>
    public required int Threads { get; init; }

    /// <summary>Whether it came to its end.</summary>
    public bool IsComplete { get; init; }

    public LatencyReport? Latency { get; init; }

    public IReadOnlyList<FormatRow> Formats { get; init; } = [];

    public IReadOnlyList<StreamRow> Streams { get; init; } = [];

    public IReadOnlyList<FlatnessRow> Flatness { get; init; } = [];

    public IReadOnlyList<CoreRow> Cores { get; init; } = [];
}
