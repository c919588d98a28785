using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The derivative of <see cref="CellGate{TCell}"/>: completes da, adds to dh'.</summary>
internal ref struct CellGateBackward<TCell> : IKernel where TCell : struct, ICell
{
    public ref float A, PreviousH, DGated, DPreviousH;

    public PointwiseRows Pointwise;

    public int Units;

    /// <inheritdoc cref="CellBackward{TCell}.First"/>
    public int First, End;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int unit = First; unit < End; unit += V.Width)
        {
            ref float a = ref Unsafe.Add(ref A, unit / Block.Size * TCell.Slots * Block.Size + unit % Block.Size);
            State<V> previous = new(V.Load(in Unsafe.Add(ref PreviousH, unit)), default);
            V dPreviousH = V.Load(in Unsafe.Add(ref DPreviousH, unit));
            Gates<V> da = TCell.GateBackward(
                Gates<V>.Load(ref a, TCell.Slots, Block.Size), previous, Pointwise.At<TCell>(unit, Units),
                V.Load(in Unsafe.Add(ref DGated, unit)), ref dPreviousH);
            da.Store(ref a, TCell.Slots, Block.Size);
            dPreviousH.Store(ref Unsafe.Add(ref DPreviousH, unit));
        }
    }
}
