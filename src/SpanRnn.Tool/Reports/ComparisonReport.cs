using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Reports;

/// <summary>All that one run of the tool found out.</summary>
internal sealed record ComparisonReport
{
    public required TextReport Text { get; init; }

    /// <summary>What the models share; the cell is the first one's.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>That shared each training; the results do not depend on it.</summary>
    public required int Threads { get; init; }

    public required string Prompt { get; init; }

    public required WritingSettings Writing { get; init; }

    public required IReadOnlyList<ModelReport> Models { get; init; }
}
