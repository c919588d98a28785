using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>A stage that takes every row alone, a step at a time.</summary>
internal sealed class RowStageStep(int outputSize, Isa isa, RowFunction function) : StageStep
{
    private readonly Slab _row = Slab.Rent(Block.Pad(outputSize));

    public override ref float Step(ref float x, ref float input)
    {
        function(isa, new RowView(ref x, 1, 0), new RowView(ref _row.Origin, 1, _row.Length));
        return ref _row.Origin;
    }

    public override void Dispose() => _row.Dispose();
}
