using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>From packed rows to one for each sequence, in sorted order.</summary>
internal sealed class SelectionStageRun : StageRun
{
    private readonly SelectionStage _stage;
    private readonly RecurrentStageRun? _states;
    private readonly Slab _rows;
    private readonly int _stride;

    public SelectionStageRun(SelectionStage stage, StagePlan plan)
    {
        _stage = stage;
        _states = stage.Selected == SelectedStep.FinalState ? (RecurrentStageRun)plan.Previous! : null;
        _stride = Block.Pad(stage.OutputSize);
        _rows = Slab.Rent((long)plan.MaxBatch * _stride);
    }

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        Timeline timeline = flow.Timeline;
        var y = new RowView(ref _rows.Origin, timeline.Batch, _stride);
        if (_states is not null)
        {
            _states.CopyFinalStates(y);
            return y;
        }

        for (int b = 0; b < timeline.Batch; b++)
        {
            // A state's row lies behind the initial states; a sequence without steps has none.
            int row = timeline.FinalState(b) - timeline.Batch;
            Span<float> to = y[b, _stage.OutputSize];
            if (row < 0)
            {
                to.Clear();
            }
            else
            {
                x[row, _stage.OutputSize].CopyTo(to);
            }
        }

        return y;
    }

    public override void Dispose() => _rows.Dispose();
}
