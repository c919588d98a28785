using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The second half of a step of a cell with a candidate: a_n += R_n (r * h), then the cell, group by group.</summary>
internal ref struct StreamCandidate<TCell, TWeight> : IKernel where TCell : struct, ICell where TWeight : struct, IWeight
{
    /// <summary>The product; its X is r * h.</summary>
    public StreamPanel<TWeight> Panel;

    /// <summary>Slots of <see cref="Units"/> floats each; the states.</summary>
    public ref float A, H, NextH;

    public PointwiseRows Pointwise;

    /// <summary>Padded to blocks of 16.</summary>
    public int Units;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        ref float candidate = ref Unsafe.Add(ref A, (TCell.Slots - 1) * Units);
        for (int group = Panel.First; group < Panel.End; group++)
        {
            int block = StreamGroups.First(group, Panel.Blocks, StreamGroups.Plain);
            ref float sums = ref Unsafe.Add(ref candidate, block * V.Width);
            Finish<V>(block, Panel.Sum<V>(block, ref sums, ref sums));
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Finish<V>(int block, int blocks) where V : struct, ILanes<V>
    {
        for (int unit = block * V.Width; unit < (block + blocks) * V.Width; unit += V.Width)
        {
            State<V> previous = new(V.Load(in Unsafe.Add(ref H, unit)), default);
            TCell.Forward(
                Gates<V>.Load(ref Unsafe.Add(ref A, unit), TCell.Slots, Units), default, previous, Pointwise.At<TCell>(unit, int.MaxValue), out State<V> next, out _);
            next.H.Store(ref Unsafe.Add(ref NextH, unit));
        }
    }
}
