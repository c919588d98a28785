using System.Numerics.Tensors;
using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>Recurrent layers with the tape of a planned run: the engine's own way, without a copy of the result.</summary>
internal sealed class RecurrentStageRun : StageRun
{
    private readonly RecurrentStage _stage;
    private readonly RecurrentStack _stack;
    private readonly StackTape _tape;
    private readonly float[] _hidden, _cell;

    /// <summary>Of a stack that runs in reverse, whose own rows have time reversed: the outputs at the time of their input.</summary>
    private readonly Slab? _turned;

    public RecurrentStageRun(RecurrentStage stage, StagePlan plan)
    {
        (_stage, _stack) = (stage, stage.Recurrent.Stack);
        _tape = new StackTape(_stack, plan.MaxSteps, plan.MaxBatch, training: false);
        _hidden = new float[stage.InitialHidden.Length * plan.MaxBatch];
        _cell = new float[stage.InitialCell.Length * plan.MaxBatch];
        _turned = IsReversed ? Slab.Rent((long)plan.MaxRows * Block.Pad(stage.OutputSize)) : null;
    }

    private bool IsReversed => _stack.Options.Direction == Direction.Reverse;

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        Timeline timeline = _tape.Timeline;
        timeline.Set(flow.Timeline.Steps, flow.Timeline.Batch, flow.Lengths);
        RowView input = _tape.Input;
        if (IsReversed)
        {
            Rows.Gather(ref x.Origin, x.Stride, timeline.Mirror, ref input.Origin, input.Stride, _stage.InputSize);
        }
        else
        {
            Rows.Copy(ref x.Origin, x.Stride, x.Count, ref input.Origin, input.Stride, _stage.InputSize);
        }

        StackStates.Set(_stack, _tape, StackStates.Part.Hidden, Spread(_stage.InitialHidden, _hidden, StackStates.Part.Hidden));
        StackStates.Set(_stack, _tape, StackStates.Part.Cell, Spread(_stage.InitialCell, _cell, StackStates.Part.Cell));
        _stack.Forward(_tape, null);
        RowView output = _tape.Output;
        if (_turned is null)
        {
            return output;
        }

        var y = new RowView(ref _turned.Origin, output.Count, output.Stride);
        Rows.Gather(ref output.Origin, output.Stride, timeline.Mirror, ref y.Origin, y.Stride, _stage.OutputSize);
        return y;
    }

    /// <summary>The last layer's final hidden states, both directions merged as outputs are, of sequences in sorted order.</summary>
    public void CopyFinalStates(RowView y)
    {
        RecurrentOptions options = _stack.Options;
        for (int b = 0; b < _tape.Timeline.Batch; b++)
        {
            Span<float> row = y[b, options.OutputSize], forward = FinalState(0, b);
            forward.CopyTo(row);
            if (options.Bidirectional)
            {
                Merge(options.Merge, row, FinalState(1, b));
            }
        }
    }

    public override void Dispose()
    {
        _tape.Dispose();
        _turned?.Dispose();
    }

    private static void Merge(MergeMode mode, Span<float> row, ReadOnlySpan<float> reverse)
    {
        switch (mode)
        {
            case MergeMode.Concat: reverse.CopyTo(row[reverse.Length..]); break;
            case MergeMode.Multiply: TensorPrimitives.Multiply(row, reverse, row); break;
            default: TensorPrimitives.Add(row, reverse, row); break;
        }

        if (mode == MergeMode.Average)
        {
            TensorPrimitives.Multiply(row, 0.5f, row);
        }
    }

    /// <summary>The last layer's state after the last step of a direction, of the sequence at sorted place b.</summary>
    private Span<float> FinalState(int direction, int b)
    {
        RecurrentLayer layer = _stack.Layers[^(_stack.Options.Directions - direction)];
        ref float states = ref _tape.Layers[^(_stack.Options.Directions - direction)].H;
        return Rows.Row(ref states, _tape.Timeline.FinalState(b), Block.Pad(layer.StateSize), layer.StateSize);
    }

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
