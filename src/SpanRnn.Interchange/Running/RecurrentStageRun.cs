using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Running;

/// <summary>Recurrent layers with the tape of a planned run: the engine's own way, without a copy of the result.</summary>
internal sealed class RecurrentStageRun : StageRun
{
    private readonly RecurrentStage _stage;
    private readonly RecurrentStack _stack;
    private readonly StackTape _tape;
    private readonly float[] _hidden, _cell;

    public RecurrentStageRun(RecurrentStage stage, StagePlan plan)
    {
        (_stage, _stack) = (stage, stage.Recurrent.Stack);
        _tape = new StackTape(_stack, plan.MaxSteps, plan.MaxBatch, training: false);
        _hidden = new float[stage.InitialHidden.Length * plan.MaxBatch];
        _cell = new float[stage.InitialCell.Length * plan.MaxBatch];
    }

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        Timeline timeline = _tape.Timeline;
        timeline.Set(flow.Timeline.Steps, flow.Timeline.Batch, flow.Lengths);
        RowView input = _tape.Input;
        Rows.Copy(ref x.Origin, x.Stride, x.Count, ref input.Origin, input.Stride, _stage.InputSize);
        StackStates.Set(_stack, _tape, StackStates.Part.Hidden, Spread(_stage.InitialHidden, _hidden, StackStates.Part.Hidden));
        StackStates.Set(_stack, _tape, StackStates.Part.Cell, Spread(_stage.InitialCell, _cell, StackStates.Part.Cell));
        _stack.Forward(_tape, null);
        return _tape.Output;
    }

    /// <summary>The last layer's final hidden states, both directions side by side, of sequences in sorted order.</summary>
    public void CopyFinalStates(RowView y)
    {
        RecurrentOptions options = _stack.Options;
        int size = options.StateSize(options.HiddenSizes.Count - 1), directions = options.Directions;
        for (int d = 0; d < directions; d++)
        {
            ref float states = ref _tape.Layers[^(directions - d)].H;
            for (int b = 0; b < _tape.Timeline.Batch; b++)
            {
                Rows.Row(ref states, _tape.Timeline.FinalState(b), Block.Pad(size), size).CopyTo(y[b, directions * size][(d * size)..]);
            }
        }
    }

    public override void Dispose() => _tape.Dispose();

    /// <summary>From [layers x D, S] to [layers x D, B, S], the same for every sequence.</summary>
    private ReadOnlySpan<float> Spread(ReadOnlySpan<float> initial, float[] buffer, StackStates.Part part)
    {
        if (initial.IsEmpty)
        {
            return [];
        }

        int batch = _tape.Timeline.Batch, from = 0, to = 0;
        foreach (RecurrentLayer layer in _stack.Layers)
        {
            int size = part == StackStates.Part.Hidden ? layer.StateSize : layer.Units;
            for (int b = 0; b < batch; b++, to += size)
            {
                initial.Slice(from, size).CopyTo(buffer.AsSpan(to));
            }

            from += size;
        }

        return buffer.AsSpan(0, to);
    }
}
