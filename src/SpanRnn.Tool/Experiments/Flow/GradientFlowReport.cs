namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>All that one run of gradient-flow found out.</summary>
internal sealed record GradientFlowReport
{
    public required string Experiment { get; init; }

    public required FlowSettings Settings { get; init; }

    /// <summary>That shared each training; the results do not depend on it.</summary>
    public required int Threads { get; init; }

    public required IReadOnlyList<FlowReport> Flows { get; init; }

    public required IReadOnlyList<ClippingReport> Clipping { get; init; }
}
