using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>A cell's forward function over rows of pre-activations, in place: (a, h', c') to (tape, h, c).</summary>
/// <remarks>Rows of <c>A</c> have Slots x <c>Units</c> floats, all others <c>Units</c>. Next may not be previous.</remarks>
internal ref struct CellForward<TCell> : IKernel where TCell : struct, ICell
{
    public ref float A, PreviousH, PreviousC, NextH, NextC, Extra;

    public int Rows, Units;

    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        ref float a = ref A;
        for (int unit = 0; unit < Rows * Units; unit += Block.Size)
        {
            for (int lane = 0; lane < Block.Size; lane += V.Width)
            {
                Step<V>(ref Unsafe.Add(ref a, lane), unit + lane);
            }

            a = ref Unsafe.Add(ref a, TCell.Slots * Block.Size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Step<V>(ref float a, int unit) where V : struct, ILanes<V>
    {
        Gates<V> gates = Gates<V>.Load(ref a, TCell.Slots, Block.Size);
        State<V> previous = default;
        previous.H = V.Load(in Unsafe.Add(ref PreviousH, unit));
        if (TCell.HasCellState)
        {
            previous.C = V.Load(in Unsafe.Add(ref PreviousC, unit));
        }

        Gates<V> tape = TCell.Forward(gates, previous, out State<V> next, out V extra);
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
