namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>All that one run of gradient-flow found out.</summary>
internal sealed record GradientFlowReport
{
    public required string Experiment { get; init; }

    public required FlowSettings Settings { get; init; }

    public required IReadOnlyList<FlowReport> Flows { get; init; }

    public required IReadOnlyList<ClippingReport> Clipping { get; init; }
}
