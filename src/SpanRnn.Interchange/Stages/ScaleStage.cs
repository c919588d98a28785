using System.Numerics.Tensors;
using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>y[j] = scale[j] x[j] + offset[j]: a gain, or a batch normalisation with its statistics folded in.</summary>
public sealed class ScaleStage : ModelStage
{
    private readonly float[] _scale, _offset;

    /// <param name="scale">One for each number of a row; copied.</param>
    /// <param name="offset">As many, or empty for zeros; copied.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public ScaleStage(ReadOnlySpan<float> scale, ReadOnlySpan<float> offset = default) : base(scale.Length, scale.Length)
    {
        Checks.LengthOrEmpty("offset", offset.Length, scale.Length, "as many as scale has");
        _scale = scale.ToArray();
        _offset = offset.IsEmpty ? new float[scale.Length] : offset.ToArray();
    }

    /// <summary>One for each number of a row.</summary>
    public ReadOnlySpan<float> Scale => _scale;

    /// <summary>One for each number of a row.</summary>
    public ReadOnlySpan<float> Offset => _offset;

    /// <inheritdoc/>
    public override long Parameters => _scale.Length + _offset.Length;

    /// <inheritdoc/>
    public override LayerSummary Summarize() => new("scale and offset", InputSize, OutputSize) { Parameters = Parameters };

    internal override StageRun Plan(StagePlan plan) => new RowStageRun(OutputSize, plan, Forward);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new RowStageStep(OutputSize, isa, Forward);

    private void Forward(Isa isa, RowView x, RowView y)
    {
        for (int row = 0; row < x.Count; row++)
        {
            TensorPrimitives.FusedMultiplyAdd(x[row, InputSize], _scale, _offset, y[row, InputSize]);
        }
    }
}
