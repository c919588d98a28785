using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The derivative of <see cref="CellGate{TCell}"/>: completes da, adds to dh'.</summary>
internal ref struct CellGateBackward<TCell> : IKernel where TCell : struct, ICell
{
    public ref float A, PreviousH, DGated, DPreviousH;

    public PointwiseRows Pointwise;

    /// <inheritdoc cref="CellBackward{TCell}.Rows"/>
    public int Rows, AStride, Units;

    /// <inheritdoc cref="CellBackward{TCell}.Blocks"/>
    public BlockRange Blocks;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int unit = Blocks.Start; unit < Blocks.End * Block.Size; unit += V.Width)
            {
                Step<V>(ref Unsafe.Add(ref A, (nint)row * AStride + unit / Block.Size * TCell.Slots * Block.Size + unit % Block.Size), row * Units + unit);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Step<V>(ref float a, int unit) where V : struct, ILanes<V>
    {
        State<V> previous = new(V.Load(in Unsafe.Add(ref PreviousH, unit)), default);
        V dPreviousH = V.Load(in Unsafe.Add(ref DPreviousH, unit));
        Gates<V> da = TCell.GateBackward(
            Gates<V>.Load(ref a, TCell.Slots, Block.Size), previous, Pointwise.At<TCell>(unit, Units),
            V.Load(in Unsafe.Add(ref DGated, unit)), ref dPreviousH);
        da.Store(ref a, TCell.Slots, Block.Size);
        dPreviousH.Store(ref Unsafe.Add(ref DPreviousH, unit));
    }
}
