using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>A cell's backward function over rows of its tape, in place: (tape, dh, dc) to (da, the cell's own part of dh', dc').</summary>
/// <remarks>
/// Layouts as in <see cref="CellForward{TCell}"/>, without gaps; <c>DPreviousH</c> may be <c>DNextH</c>; dc is replaced by dc'. The gradient of this step's outputs, if
/// there is one, is added to dh first.
/// </remarks>
internal ref struct CellBackward<TCell> : IKernel where TCell : struct, ICell
{
    public ref float A, PreviousH, PreviousC, Extra, DNextH, DPreviousH, DC, DY;

    public PointwiseRows Pointwise;

    /// <summary>Rows of A are <see cref="AStride"/> floats apart, all others <see cref="Units"/>.</summary>
    public int Rows, AStride, Units;

    /// <summary>Whether there is a DY, in rows of Units too.</summary>
    public bool HasDY;

    /// <summary>Which units of every row.</summary>
    public BlockRange Blocks;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows; row++)
        {
            ref float a = ref Unsafe.Add(ref A, (nint)row * AStride + TCell.Slots * Blocks.Start);
            for (int unit = row * Units + Blocks.Start, end = unit + Blocks.Count * Block.Size; unit < end; unit += Block.Size)
            {
                // The next row of the tape, which comes from a far cache.
                for (int slot = 0; slot < TCell.Slots && Rows > 1; slot++)
                {
                    Prefetch.Near(ref Unsafe.Add(ref a, AStride + slot * Block.Size));
                }

                for (int lane = 0; lane < Block.Size; lane += V.Width)
                {
                    Step<V>(ref Unsafe.Add(ref a, lane), unit + lane);
                }

                a = ref Unsafe.Add(ref a, TCell.Slots * Block.Size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Step<V>(ref float a, int unit) where V : struct, ILanes<V>
    {
        Gates<V> tape = Gates<V>.Load(ref a, TCell.Slots, Block.Size);
        State<V> previous = default, dNext = default;
        V extra = default;
        dNext.H = V.Load(in Unsafe.Add(ref DNextH, unit));
        if (HasDY)
        {
            dNext.H += V.Load(in Unsafe.Add(ref DY, unit));
        }

        if (TCell.ReadsHidden)
        {
            previous.H = V.Load(in Unsafe.Add(ref PreviousH, unit));
        }

        if (TCell.HasCellState)
        {
            previous.C = V.Load(in Unsafe.Add(ref PreviousC, unit));
            dNext.C = V.Load(in Unsafe.Add(ref DC, unit));
        }

        if (TCell.HasExtra)
        {
            extra = V.Load(in Unsafe.Add(ref Extra, unit));
        }

        Gates<V> da = TCell.Backward(tape, extra, previous, Pointwise.At<TCell>(unit, Units), dNext, out State<V> dPrevious);
        da.Store(ref a, TCell.Slots, Block.Size);
        dPrevious.H.Store(ref Unsafe.Add(ref DPreviousH, unit));
        if (TCell.HasCellState)
        {
            dPrevious.C.Store(ref Unsafe.Add(ref DC, unit));
        }
    }
}
