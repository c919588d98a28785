using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>A stage that takes every row alone.</summary>
internal sealed class RowStageRun(int outputSize, StagePlan plan, RowFunction function) : StageRun
{
    private readonly int _stride = Block.Pad(outputSize);
    private readonly Slab _rows = Slab.Rent((long)plan.MaxRows * Block.Pad(outputSize));

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        var y = new RowView(ref _rows.Origin, x.Count, _stride);
        if (x.Count > 0)
        {
            function(plan.Isa, x, y);
        }

        return y;
    }

    public override void Dispose() => _rows.Dispose();
}
