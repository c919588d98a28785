using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Running;

/// <summary>A dense layer and its function, a step at a time.</summary>
internal sealed class DenseStep : StageStep
{
    private readonly StreamDense _weights;
    private readonly ActivationRows _function;
    private readonly Isa _isa;
    private readonly Slab _row;

    public DenseStep(DenseStage stage, WeightFormat format, Isa isa)
    {
        (_weights, _function, _isa) = (stage.Frozen.Of(format, isa), stage.Function, isa);
        _row = Slab.Rent(Block.Pad(stage.OutputSize));
    }

    public override long WeightBytes => _weights.Bytes;

    public override ref float Step(ref float x, ref float input)
    {
        _weights.Step(ref x, ref _row.Origin, team: null);
        var row = new RowView(ref _row.Origin, 1, _row.Length);
        _function.Apply(_isa, row, row);
        return ref _row.Origin;
    }

    public override void Dispose() => _row.Dispose();
}
