using SpanRnn.Kernels;

namespace SpanRnn.Layers;

/// <summary>Moves states between the user's order, [layers x directions, B, size] as PyTorch's, and the tapes' sorted rows.</summary>
internal static class StackStates
{
    /// <summary>Rows of a layer's tape that meet the user: states, h and c, or their gradients.</summary>
    public enum Part
    {
        Hidden,
        Cell,
        HiddenGradient,
        CellGradient,
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

    /// <summary>Writes initial states, or the gradients of final states, from where a run starts; empty for zeros.</summary>
    public static void Set(RecurrentStack stack, StackTape tape, Part part, ReadOnlySpan<float> values)
    {
        int start = 0;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part), length = tape.Timeline.Batch * size;
            if (size > 0)
            {
                Sort(tape.Timeline, values.IsEmpty ? [] : values.Slice(start, length), size, ref First(tape.Layers[i], part));
            }

            start += length;
        }
    }

    /// <summary>Reads final states, or the gradients of initial states, where a run ended.</summary>
    public static void Get(RecurrentStack stack, StackTape tape, Part part, Span<float> values)
    {
        Timeline timeline = tape.Timeline;
        bool isGradient = part is Part.HiddenGradient or Part.CellGradient;
        int start = 0;
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            int size = SizeOf(stack.Layers[i], part), stride = Block.Pad(size);
            for (int b = 0; b < timeline.Batch && size > 0; b++)
            {
                int row = isGradient ? b : part == Part.Cell ? tape.Layers[i].FinalCell(timeline, b) : timeline.FinalState(b);
                Rows.Row(ref First(tape.Layers[i], part), row, stride, size).CopyTo(values.Slice(start + timeline.Order[b] * size, size));
            }

            start += timeline.Batch * size;
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
                    Rows.Row(ref tape.Layers[i].C, tape.Layers[i].FinalCell(timeline, b), cell, cell).CopyTo(Rows.Row(ref tape.Layers[i].C, b, cell, cell));
                }
            }
        }
    }

    /// <summary>After a run of one step: the final state of row <paramref name="parents"/>[i] becomes the initial one of row i.</summary>
    /// <remarks>There are no more rows than before, so none is overwritten before it is read.</remarks>
    public static void Advance(RecurrentStack stack, StackTape tape, ReadOnlySpan<int> parents)
    {
        for (int i = 0; i < stack.Layers.Length; i++)
        {
            RecurrentLayer layer = stack.Layers[i];
            LayerTape states = tape.Layers[i];
            int hidden = Block.Pad(layer.StateSize), cell = layer.Shape.HasCellState ? Block.Pad(layer.Units) : 0;
            int first = tape.Timeline.NextState(0), firstCell = states.NextCell(tape.Timeline, 0);
            for (int row = 0; row < parents.Length; row++)
            {
                Rows.Row(ref states.H, first + parents[row], hidden, hidden).CopyTo(Rows.Row(ref states.H, row, hidden, hidden));
                Rows.Row(ref states.C, firstCell + parents[row], cell, cell).CopyTo(Rows.Row(ref states.C, row, cell, cell));
            }
        }
    }

    public static int SizeOf(RecurrentLayer layer, Part part) => part switch
    {
        Part.Hidden or Part.HiddenGradient => layer.StateSize,
        _ => layer.Shape.HasCellState ? layer.Units : 0,
    };

    public static ref float First(LayerTape tape, Part part)
    {
        switch (part)
        {
            case Part.Hidden: return ref tape.H;
            case Part.Cell: return ref tape.C;
            case Part.HiddenGradient: return ref tape.DH;
            default: return ref tape.DC;
        }
    }

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
