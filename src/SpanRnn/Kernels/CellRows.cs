using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Rows of pre-activations and states, and a cell's pointwise functions over any rectangle of rows and blocks of units.</summary>
/// <remarks>Rows of A have Slots x <see cref="Units"/> floats, all others <see cref="Units"/>. A is replaced by the tape, the tape by da.</remarks>
internal ref struct CellRows
{
    public ref float A, PreviousH, PreviousC, NextH, NextC, Extra, Gated;

    public PointwiseRows Pointwise;

    public int Count, Units;

    /// <summary>(a, h', c') to (tape, h, c).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Forward<TCell, V>(int row, int rows, int block, int blocks) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        for (int r = row; r < row + rows; r++)
        {
            int first = r * Units + block * Block.Size;
            ref float a = ref Unsafe.Add(ref A, (nint)TCell.Slots * first);
            for (int unit = first; unit < first + blocks * Block.Size; unit += Block.Size)
            {
                for (int lane = 0; lane < Block.Size; lane += V.Width)
                {
                    Forward<TCell, V>(ref Unsafe.Add(ref a, lane), unit + lane);
                }

                a = ref Unsafe.Add(ref a, TCell.Slots * Block.Size);
            }
        }
    }

    /// <summary>The gates that the candidate's product waits for, and what it is a product with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Gate<TCell, V>(int row, int rows, int block, int blocks) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        for (int r = row; r < row + rows; r++)
        {
            int first = r * Units + block * Block.Size;
            ref float a = ref Unsafe.Add(ref A, (nint)TCell.Slots * first);
            for (int lane = 0; lane < blocks * Block.Size; lane += V.Width)
            {
                Gate<TCell, V>(ref Unsafe.Add(ref a, lane / Block.Size * TCell.Slots * Block.Size + lane % Block.Size), first + lane);
            }
        }
    }

    /// <summary>The cell of one vector of units of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void ForwardAt<TCell, V>(int row, int unit) where TCell : struct, ICell where V : struct, ILanes<V> =>
        Forward<TCell, V>(ref SlotsOf<TCell>(row, unit), row * Units + unit);

    /// <summary>The gates of one vector of units of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void GateAt<TCell, V>(int row, int unit) where TCell : struct, ICell where V : struct, ILanes<V> =>
        Gate<TCell, V>(ref SlotsOf<TCell>(row, unit), row * Units + unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref float SlotsOf<TCell>(int row, int unit) where TCell : struct, ICell =>
        ref Unsafe.Add(ref A, (nint)TCell.Slots * row * Units + unit / Block.Size * TCell.Slots * Block.Size + unit % Block.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Gate<TCell, V>(ref float a, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        State<V> previous = new(V.Load(in Unsafe.Add(ref PreviousH, unit)), default);
        Gates<V> gates = TCell.Gate(Gates<V>.Load(ref a, TCell.Slots, Block.Size), previous, Pointwise.At<TCell>(unit, Units), out V gated);
        gates.Store(ref a, TCell.Slots, Block.Size);
        gated.Store(ref Unsafe.Add(ref Gated, unit));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Forward<TCell, V>(ref float a, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        State<V> previous = default;
        previous.H = V.Load(in Unsafe.Add(ref PreviousH, unit));
        if (TCell.HasCellState)
        {
            previous.C = V.Load(in Unsafe.Add(ref PreviousC, unit));
        }

        Gates<V> tape = TCell.Forward(
            Gates<V>.Load(ref a, TCell.Slots, Block.Size), previous, Pointwise.At<TCell>(unit, Units), out State<V> next, out V extra);
        tape.Store(ref a, TCell.Slots, Block.Size);
        next.H.Store(ref Unsafe.Add(ref NextH, unit));
        if (TCell.HasCellState)
        {
            next.C.Store(ref Unsafe.Add(ref NextC, unit));
        }

        if (TCell.HasExtra)
        {
            extra.Store(ref Unsafe.Add(ref Extra, unit));
        }
    }
}
