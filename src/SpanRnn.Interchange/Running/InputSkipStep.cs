using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>The addition of the model's input, a step at a time.</summary>
internal sealed class InputSkipStep(InputSkipStage stage) : StageStep
{
    private readonly Slab _row = Slab.Rent(Block.Pad(stage.OutputSize));

    public override ref float Step(ref float x, ref float input)
    {
        stage.Forward(new RowView(ref input, 1, 0), new RowView(ref x, 1, 0), new RowView(ref _row.Origin, 1, 0));
        return ref _row.Origin;
    }

    public override void Dispose() => _row.Dispose();
}
