using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>y = x + the first numbers of the model's own input at that step: GuitarML's <c>skip</c>.</summary>
public sealed class InputSkipStage : ModelStage
{
    /// <param name="size">Numbers of a row.</param>
    /// <param name="skipped">How many numbers of the model's input are added, from the first on; at most <paramref name="size"/>.</param>
    /// <exception cref="ArgumentException">skipped is not from 1 to size.</exception>
    public InputSkipStage(int size, int skipped) : base(size, size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(skipped);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skipped, size);
        Skipped = skipped;
    }

    /// <summary>How many numbers of the model's input are added.</summary>
    public int Skipped { get; }

    /// <inheritdoc/>
    public override long Parameters => 0;

    /// <inheritdoc/>
    public override LayerSummary Summarize() => new("skip: adds the model's input", InputSize, OutputSize);

    internal override StageRun Plan(StagePlan plan) => new InputSkipRun(this, plan);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new InputSkipStep(this);

    internal void Forward(RowView input, RowView x, RowView y)
    {
        for (int row = 0; row < x.Count; row++)
        {
            x[row, OutputSize].CopyTo(y[row, OutputSize]);
            Span<float> sum = y[row, Skipped];
            System.Numerics.Tensors.TensorPrimitives.Add(sum, input[row, Skipped], sum);
        }
    }
}
