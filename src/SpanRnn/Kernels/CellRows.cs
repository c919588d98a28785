using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Rows of pre-activations and states, and a cell's pointwise functions over any rectangle of rows and units.</summary>
/// <remarks>
/// Rows of A have Slots floats for each unit and are <see cref="AStride"/> apart; all others are <see cref="Units"/> apart, those of hidden states besides a gap. A is
/// replaced by the tape, the tape by da.
/// </remarks>
internal ref struct CellRows
{
    /// <summary>
    /// Blocks that one half of a cell runs over before the other half does: few enough that what the first leaves stays in the first-level cache.
    /// </summary>
    private const int MostBlocks = 36;

    public ref float A, PreviousH, PreviousC, NextH, NextC, Extra, Gated;

    public PointwiseRows Pointwise;

    public int Count, Units;

    /// <summary>Floats between one row of PreviousH and the next, and between rows of NextH: the other direction's, where both lie side by side.</summary>
    public int PreviousGap, NextGap;

    /// <summary>Floats from one row of A to the next, and the unit that a row of A begins with.</summary>
    public int AStride, FirstUnitOfA;

    /// <summary>(a, h', c') to (tape, h, c), over some rows and some units: whole vectors.</summary>
    public readonly void Forward<TCell, V>(int row, int rows, int unit, int units) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        if (!TCell.HasHalves)
        {
            Sweep<TCell, V, ForwardPass>(row, rows, unit, units);
            return;
        }

        int together = Math.Max(1, MostBlocks * Block.Size / units);
        for (int end = row + rows; row < end; row += together)
        {
            rows = Math.Min(together, end - row);
            Sweep<TCell, V, FirstHalfPass>(row, rows, unit, units);
            Sweep<TCell, V, ForwardPass>(row, rows, unit, units);
        }
    }

    /// <summary>The gates that the candidate's product waits for, and what it is a product with.</summary>
    public readonly void Gate<TCell, V>(int row, int rows, int unit, int units) where TCell : struct, ICell where V : struct, ILanes<V> =>
        Sweep<TCell, V, GatePass>(row, rows, unit, units);

    [MethodImpl(Hot.Loop)]
    private readonly void Sweep<TCell, V, TPass>(int row, int rows, int unit, int units)
        where TCell : struct, ICell where V : struct, ILanes<V> where TPass : struct, IPass
    {
        // A row of one panel is often a single block: what leads to the next row is few additions.
        ref float rowOfA = ref Unsafe.Add(
            ref A, (nint)row * AStride + (unit - FirstUnitOfA) / Block.Size * TCell.Slots * Block.Size + unit % Block.Size);
        ref float previousH = ref Unsafe.Add(ref PreviousH, (nint)row * PreviousGap), nextH = ref Unsafe.Add(ref NextH, (nint)row * NextGap);
        for (int first = row * Units + unit; rows > 0; rows--)
        {
            ref float a = ref rowOfA;
            if (V.Width >= Block.Size)
            {
                for (int u = first; u < first + units; u += Block.Size)
                {
                    TPass.Run<TCell, V>(in this, ref a, ref previousH, ref nextH, u);
                    a = ref Unsafe.Add(ref a, TCell.Slots * Block.Size);
                }
            }
            else
            {
                for (int u = first; u < first + units; u += V.Width)
                {
                    TPass.Run<TCell, V>(in this, ref a, ref previousH, ref nextH, u);

                    // The next vector of the block, or the first of the next block.
                    a = ref Unsafe.Add(ref a, (u + V.Width) % Block.Size == 0 ? (TCell.Slots - 1) * Block.Size + V.Width : V.Width);
                }
            }

            rowOfA = ref Unsafe.Add(ref rowOfA, AStride);
            previousH = ref Unsafe.Add(ref previousH, PreviousGap);
            nextH = ref Unsafe.Add(ref nextH, NextGap);
            first += Units;
        }
    }

    /// <summary>
    /// What a sweep does with one vector of units. <c>a</c> are its slots; <c>unit</c> counts through rows of <see cref="Units"/>, from <c>previousH</c> and <c>nextH</c> on too: these
    /// origins move by a gap from row to row.
    /// </summary>
    private interface IPass
    {
        static abstract void Run<TCell, V>(in CellRows rows, ref float a, ref float previousH, ref float nextH, int unit) where TCell : struct, ICell where V : struct, ILanes<V>;
    }

    /// <summary>The gates before a candidate's product.</summary>
    private readonly struct GatePass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TCell, V>(in CellRows rows, ref float a, ref float previousH, ref float nextH, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
        {
            rows.Gate<TCell, V>(ref a, ref previousH, unit).Store(ref Unsafe.Add(ref rows.Gated, unit));
        }
    }

    /// <summary>The first half of a cell that has halves.</summary>
    private readonly struct FirstHalfPass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TCell, V>(in CellRows rows, ref float a, ref float previousH, ref float nextH, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
        {
            V c = rows.Gate<TCell, V>(ref a, ref previousH, unit);
            if (TCell.HasCellState)
            {
                LaneMath.Flush(c).Store(ref Unsafe.Add(ref rows.NextC, unit));
            }
        }
    }

    /// <summary>The second half, or the whole of a cell that has none.</summary>
    private readonly struct ForwardPass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<TCell, V>(in CellRows rows, ref float a, ref float previousH, ref float nextH, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
        {
            V made = TCell.HasHalves && TCell.HasCellState ? V.Load(in Unsafe.Add(ref rows.NextC, unit)) : default;
            Gates<V> tape = TCell.Forward(
                Gates<V>.Load(ref a, TCell.Slots, Block.Size), made, rows.Previous<TCell, V>(ref previousH, unit, isSecondHalf: TCell.HasHalves),
                rows.Pointwise.At<TCell>(unit, rows.Units), out State<V> next, out V extra);
            int changed = TCell.HasHalves ? TCell.SlotsOfSecondHalf : TCell.Slots;
            if (changed > 0)
            {
                tape.Store(ref a, changed, Block.Size);
            }

            next.H.Store(ref Unsafe.Add(ref nextH, unit));
            if (TCell.HasCellState && !TCell.HasHalves)
            {
                next.C.Store(ref Unsafe.Add(ref rows.NextC, unit));
            }

            if (TCell.HasExtra)
            {
                extra.Store(ref Unsafe.Add(ref rows.Extra, unit));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly V Gate<TCell, V>(ref float a, ref float previousH, int unit) where TCell : struct, ICell where V : struct, ILanes<V>
    {
        Gates<V> gates = TCell.Gate(
            Gates<V>.Load(ref a, TCell.Slots, Block.Size), Previous<TCell, V>(ref previousH, unit, isSecondHalf: false), Pointwise.At<TCell>(unit, Units), out V made);
        gates.Store(ref a, TCell.Slots, Block.Size);
        return made;
    }

    /// <summary>What the cell reads of its previous state: a second half has the next c already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly State<V> Previous<TCell, V>(ref float previousH, int unit, bool isSecondHalf) where TCell : struct, ICell where V : struct, ILanes<V> => new(
        TCell.ReadsHidden ? V.Load(in Unsafe.Add(ref previousH, unit)) : default,
        TCell.HasCellState && !isSecondHalf ? V.Load(in Unsafe.Add(ref PreviousC, unit)) : default);
}
