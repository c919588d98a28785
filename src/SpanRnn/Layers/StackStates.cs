using SpanRnn.Kernels;

namespace SpanRnn.Layers;

/// <summary>Moves states between the user's order, [layers x directions, B, size] as PyTorch's, and the tapes' sorted rows.</summary>
internal static class StackStates
{
    /// <summary>Which state of a layer: the hidden state h or the cell state c.</summary>
    public enum Part
    {
        Hidden,
        Cell,
    }

    /// <summary>Numbers of one state of the whole stack for one sequence.</summary>
    public static int SizePerSequence(RecurrentStack stack, Part part)
    {
        int size = 0;
        foreach (RecurrentLayer layer in stack.Layers)
        {
            size += SizeOf(layer, part);
        }

        return size;
    }

    /// <summary>Writes initial states (empty: zeros).</summary>
    public static void SetInitial(RecurrentStack stack, StackTape tape, Part part, ReadOnlySpan<float> states)
    {
        int start = 0;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part);
            if (size > 0)
            {
                ref float first = ref part == Part.Hidden ? ref tape.Layers[i].H : ref tape.Layers[i].C;
                Sort(tape.Timeline, states.IsEmpty ? [] : states.Slice(start, tape.Timeline.Batch * size), size, ref first);
                start += tape.Timeline.Batch * size;
            }
        }
    }

    /// <summary>Writes the gradients of the final states (empty: zeros) to where backward starts from.</summary>
    public static void SetFinalGradients(RecurrentStack stack, StackTape tape, Part part, ReadOnlySpan<float> gradients)
    {
        int start = 0;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part);
            if (size > 0)
            {
                ref float first = ref part == Part.Hidden ? ref tape.Layers[i].DH : ref tape.Layers[i].DC;
                Sort(tape.Timeline, gradients.IsEmpty ? [] : gradients.Slice(start, tape.Timeline.Batch * size), size, ref first);
                start += tape.Timeline.Batch * size;
            }
        }
    }

    /// <summary>Reads the final states.</summary>
    public static void GetFinal(RecurrentStack stack, StackTape tape, Part part, Span<float> states)
    {
        int start = 0, batch = tape.Timeline.Batch;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part), stride = Block.Pad(size);
            ref float first = ref part == Part.Hidden ? ref tape.Layers[i].H : ref tape.Layers[i].C;
            for (int b = 0; b < batch && size > 0; b++)
            {
                Rows.Row(ref first, tape.Timeline.FinalState(b), stride, size).CopyTo(states.Slice(start + tape.Timeline.Order[b] * size, size));
            }

            start += batch * size;
        }
    }

    /// <summary>Reads the gradients of the initial states.</summary>
    public static void GetInitialGradients(RecurrentStack stack, StackTape tape, Part part, Span<float> gradients)
    {
        int start = 0, batch = tape.Timeline.Batch;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part), stride = Block.Pad(size);
            ref float first = ref part == Part.Hidden ? ref tape.Layers[i].DH : ref tape.Layers[i].DC;
            for (int b = 0; b < batch && size > 0; b++)
            {
                Rows.Row(ref first, b, stride, size).CopyTo(gradients.Slice(start + tape.Timeline.Order[b] * size, size));
            }

            start += batch * size;
        }
    }

    /// <summary>The final states become the initial ones of the next run of as many sequences in the same order.</summary>
    public static void Advance(RecurrentStack stack, StackTape tape)
    {
        Timeline timeline = tape.Timeline;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int hidden = Block.Pad(stack.Layers[i].StateSize), cell = Block.Pad(stack.Layers[i].Units);
            for (int b = 0; b < timeline.Batch; b++)
            {
                Rows.Row(ref tape.Layers[i].H, timeline.FinalState(b), hidden, hidden).CopyTo(Rows.Row(ref tape.Layers[i].H, b, hidden, hidden));
                if (stack.Layers[i].Shape.HasCellState)
                {
                    Rows.Row(ref tape.Layers[i].C, timeline.FinalState(b), cell, cell).CopyTo(Rows.Row(ref tape.Layers[i].C, b, cell, cell));
                }
            }
        }
    }

    private static int SizeOf(RecurrentLayer layer, Part part) =>
        part == Part.Hidden ? layer.StateSize : layer.Shape.HasCellState ? layer.Units : 0;

    private static void Sort(Timeline timeline, ReadOnlySpan<float> states, int size, ref float first)
    {
        int stride = Block.Pad(size);
        for (int b = 0; b < timeline.Batch; b++)
        {
            Span<float> row = Rows.Row(ref first, b, stride, stride);
            row[size..].Clear();
            if (states.IsEmpty)
            {
                row.Clear();
            }
            else
            {
                states.Slice(timeline.Order[b] * size, size).CopyTo(row);
            }
        }
    }
}
