using SpanRnn.Cells;
using SpanRnn.Kernels;

namespace SpanRnn.Layers;

/// <summary>
/// W x of many steps: before them, or of one sequence beside the steps before, whose R h leaves most of the multiply-adds unused. Likewise
/// dx = W' da beside R' da of the steps that follow on the way back.
/// </summary>
internal sealed partial class RecurrentLayer<TCell> where TCell : struct, ICell
{
    /// <summary>Rows whose W x is computed beside so many steps' R h; 0 where it cannot be or does not pay.</summary>
    private int RowsAhead(LayerPart part)
    {
        if (part.Units.First % _input.Forward.BlocksOfPanel != 0 || part.Units.First % _recurrent.Forward.BlocksOfPanel != 0)
        {
            return 0;
        }

        ref float none = ref _bias.Origin;
        Product input = _input.Forward.Product(ref none, 0, 1, ref none, 0, ref none).Within(part.Units);
        Product recurrent = _recurrent.Forward.Product(ref none, 0, 1, ref none, 0, ref none).Within(part.Units);
        return AheadProduct.IsWorth(_isa, in recurrent, in input) ? AheadProduct.RowsFor(_isa, in recurrent, in input) : 0;
    }

    /// <summary>a = W x + b for <paramref name="rows"/> of the window's rows.</summary>
    private void InputProducts(RowView x, LayerTape tape, InputWindow window, int first, int rows, LayerPart part)
    {
        if (rows > 0)
        {
            FillSlotsWithoutInput(rows, ref PreActivations(tape, window, first), part.Units);
            InputProduct(x, tape, window, first, rows).Run(_isa, part.Units);
        }
    }

    private Product InputProduct(RowView x, LayerTape tape, InputWindow window, int first, int rows) => _input.Forward.Product(
        ref At(ref x.Origin, window.First + first, x.Stride), x.Stride, rows, ref _bias.Origin, 0, ref PreActivations(tape, window, first));

    private ref float PreActivations(LayerTape tape, InputWindow window, int first) =>
        ref At(ref tape.A, (tape.IsForTraining ? window.First : 0) + first, _apart);

    /// <summary>R h of the window's step <paramref name="step"/>, if it is not zero, and beside it a part of W x for as many steps as are done ahead.</summary>
    private void RunAhead(Product recurrent, bool isZero, RowView x, LayerTape tape, InputWindow window, int step, LayerPart part)
    {
        int turn = step % window.Ahead, next = step - turn + window.Ahead;
        if (next + window.Ahead > window.Rows)
        {
            // Too few steps are left for a tile.
            if (turn == 0)
            {
                InputProducts(x, tape, window, next, window.Rows - next, part);
            }

            if (!isZero)
            {
                recurrent.Run(_isa, part.Units);
            }

            return;
        }

        if (turn == 0)
        {
            FillSlotsWithoutInput(window.Ahead, ref PreActivations(tape, window, next), part.Units);
        }

        var both = new AheadProduct
        {
            Row = recurrent.Within(part.Units),
            Ahead = InputProduct(x, tape, window, next, window.Ahead).Within(part.Units),
            Turn = turn,
            Turns = window.Ahead,
        };
        if (isZero)
        {
            both.Row.Vectors = 0;
        }

        _isa.Run(ref both);
    }

    /// <summary>Rows of dx that are computed beside so many steps back; 0 where it is computed after all steps.</summary>
    private int InputGradientsAhead(Timeline timeline, RowView dx)
    {
        return timeline.Batch != 1 || dx.IsEmpty ? 0 : InputGradientsAhead();
    }

    private int InputGradientsAhead()
    {
        ref float none = ref _bias.Origin;
        Product input = _input.Backward.Product(ref none, 1, ref none, 0, ref none, 0), recurrent = _recurrent.Backward.Product(ref none, 1, ref none, 0, ref none, 0);
        return AheadProduct.IsWorth(_isa, in recurrent, in input) ? AheadProduct.RowsFor(_isa, in recurrent, in input) : 0;
    }

    /// <summary>R' da of step t, if it is wanted, and beside it a part of dx of some steps after it; at the first step what is left of dx.</summary>
    private void RunBesideInputGradient(Product recurrent, bool isWanted, int steps, int t, LayerTape tape, RowView dx, int ahead)
    {
        // Tiles from the last step on. A tile begins when its earliest step's da is there, if enough steps are left to complete it.
        int known = steps - t, tile = known / ahead, first = steps - tile * ahead;
        bool isWhole = tile > 0 && first >= ahead - 1;
        if (isWhole)
        {
            var both = new AheadProduct { Row = recurrent, Ahead = InputGradientProduct(tape, dx, first, ahead), Turn = known % ahead, Turns = ahead };
            if (!isWanted)
            {
                both.Row.Vectors = 0;
            }

            RunSections(both, tape);
        }
        else if (isWanted)
        {
            _isa.Run(ref recurrent);
        }

        if (t == 0)
        {
            Product rest = InputGradientProduct(tape, dx, 0, isWhole || tile == 0 ? first : first + ahead);
            _isa.Run(ref rest);
        }
    }

    /// <summary>Each whole section of the row's sums beside its share of the other product, whose slices are as long as a section allows; a shorter last one alone.</summary>
    private void RunSections(AheadProduct both, LayerTape tape)
    {
        Product row = both.Row;
        if (row.Section == 0)
        {
            _isa.Run(ref both);
            return;
        }

        int sections = _recurrent.Backward.Sections, whole = row.RunLength / row.Section, turn = both.Turn;
        both.Turns *= whole;
        for (int section = 0; section < sections; section++)
        {
            Product part = row.Terms(section * row.Section, row.Section);
            if (section == whole)
            {
                _isa.Run(ref part);
                return;
            }

            both.Row = part;
            both.Turn = turn * whole + section;
            both.Row.IsAdded = false;
            both.Row.C = ref section == 0 ? ref row.C : ref tape.Sums[0];
            _isa.Run(ref both);
            if (section > 0)
            {
                Rows.Add(ref tape.Sums[0], 0, 1, ref row.C, 0, row.Vectors * Block.Size);
            }
        }
    }

    /// <summary>dx = W' da for some rows.</summary>
    private Product InputGradientProduct(LayerTape tape, RowView dx, int first, int rows) =>
        _input.Backward.Product(ref At(ref tape.A, first, _apart), rows, ref Zeros.Row(dx.Stride), 0, ref At(ref dx.Origin, first, dx.Stride), dx.Stride);

    /// <summary>Steps whose pre-activations lie in the tape at once.</summary>
    /// <param name="First">The first step's row.</param>
    /// <param name="Rows">How many rows.</param>
    /// <param name="Ahead">How many rows of W x are computed beside so many steps; 0 if all are computed before them.</param>
    private readonly record struct InputWindow(int First, int Rows, int Ahead);
}
