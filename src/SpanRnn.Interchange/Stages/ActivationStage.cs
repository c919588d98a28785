using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>y = f(x) for every row.</summary>
public sealed class ActivationStage : ModelStage
{
    private readonly ActivationRows _function;

    /// <param name="activation">f.</param>
    /// <param name="size">Numbers of a row.</param>
    /// <exception cref="ArgumentException">A prelu has neither one slope nor one for each number.</exception>
    public ActivationStage(StageActivation activation, int size) : base(size, size)
    {
        Activation = activation;
        _function = new ActivationRows(activation, size);
    }

    /// <summary>f.</summary>
    public StageActivation Activation { get; }

    /// <inheritdoc/>
    public override long Parameters => Activation.Slopes.Length;

    /// <inheritdoc/>
    public override LayerSummary Summarize() =>
        new("activation", InputSize, OutputSize) { Activation = Activation.ToString(), Parameters = Parameters };

    /// <inheritdoc/>
    public override void Dispose() => _function.Dispose();

    internal override StageRun Plan(StagePlan plan) => new RowStageRun(OutputSize, plan, _function.Apply);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new RowStageStep(OutputSize, isa, _function.Apply);
}
