using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>From every step of a sequence to one row of it. In a session, where each step may be the last, every step goes on.</summary>
public sealed class SelectionStage : ModelStage
{
    /// <param name="selected">Which row.</param>
    /// <param name="size">Numbers of a row.</param>
    public SelectionStage(SelectedStep selected, int size) : base(size, size) => Selected = selected;

    /// <summary>Which row.</summary>
    public SelectedStep Selected { get; }

    /// <inheritdoc/>
    public override long Parameters => 0;

    /// <inheritdoc/>
    public override LayerSummary Summarize() =>
        new(Selected == SelectedStep.LastStep ? "last step" : "final state", InputSize, OutputSize);

    internal override StageRun Plan(StagePlan plan) => new SelectionStageRun(this, plan);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new PassingStep();
}
