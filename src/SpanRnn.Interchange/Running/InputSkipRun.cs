using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>The addition of the model's input, over the rows of a run.</summary>
internal sealed class InputSkipRun(InputSkipStage stage, StagePlan plan) : StageRun
{
    private readonly Slab _rows = Slab.Rent((long)plan.MaxRows * Block.Pad(stage.OutputSize));

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        var y = new RowView(ref _rows.Origin, x.Count, Block.Pad(stage.OutputSize));
        stage.Forward(flow.Input, x, y);
        return y;
    }

    public override void Dispose() => _rows.Dispose();
}
