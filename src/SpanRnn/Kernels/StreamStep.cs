using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One step of one sequence through one layer: the product [x | h] and the cell, group by group.</summary>
/// <remarks>
/// Sums have the order of the batched path: bias, then x in order of k, then h. A group's cells make its next states of the
/// sums as soon as these are complete. NextH may not be H, since every group reads all of h. Groups are compiled apart: inlined into one
/// method they would exceed what the compiler keeps in registers.
/// </remarks>
internal ref struct StreamStep<TCell> : IKernel where TCell : struct, ICell
{
    public ref float Weights, X, H, C, NextH;

    /// <summary>Room for the sums of one group: eight vectors.</summary>
    public ref float Sums;

    public PointwiseRows Pointwise;

    public int Inputs, States, Blocks;

    /// <summary>Which part of the groups is done, of how many: 0 of 1 is all of them.</summary>
    public int Part, Parts;

    /// <summary>Whether the last group comes first: every other step, so that it finds the end of the last one still in a near cache.</summary>
    public bool Backwards;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        int groups = TCell.Slots > 1 ? (Blocks + 1) / 2 : Blocks / 8 + (Blocks % 8 + 3) / 4;
        int first = groups * Part / Parts, end = groups * (Part + 1) / Parts;
        for (int i = first; i < end; i++)
        {
            int group = Backwards ? end - 1 - (i - first) : i;
            if (TCell.Slots > 1)
            {
                GatedGroup<V>(2 * group);
            }
            else
            {
                PlainGroup<V>(group < Blocks / 8 ? 8 * group : Blocks / 8 * 8 + (group - Blocks / 8) * 4);
            }
        }
    }

    private readonly void GatedGroup<V>(int block) where V : struct, ILanes<V>
    {
        if (block + 1 < Blocks)
        {
            GatedPair<V>(ref WeightsOf<V>(block), block);
        }
        else
        {
            Gated<V>(ref WeightsOf<V>(block), block);
        }
    }

    private readonly void PlainGroup<V>(int block) where V : struct, ILanes<V>
    {
        ref float weights = ref WeightsOf<V>(block);
        switch (block % 8 == 0 && block + 8 <= Blocks ? 8 : Math.Min(4, Blocks - block))
        {
            case 1: Plain<V, One>(ref weights, block); break;
            case 2: Plain<V, Two>(ref weights, block); break;
            case 3: Plain<V, Three>(ref weights, block); break;
            case 4: Plain<V, Four>(ref weights, block); break;
            default: PlainPair<V>(ref weights, block); break;
        }
    }

    /// <summary>Where a group's weights begin: every block before it took as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref float WeightsOf<V>(int block) where V : struct, ILanes<V> => ref Unsafe.Add(
        ref Weights, (nint)block * V.Width * (TCell.Slots + Inputs * TCell.InputGates + States * TCell.RecurrentGates));

    /// <summary>Two blocks of a cell with gates: up to eight sums are under way.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void GatedPair<V>(ref float weights, int block) where V : struct, ILanes<V>
    {
        int slots = TCell.Slots * V.Width, input = TCell.InputGates * V.Width, recurrent = TCell.RecurrentGates * V.Width;
        Gates<V> p = Gates<V>.Load(ref weights, TCell.Slots, V.Width);
        Gates<V> q = Gates<V>.Load(ref Unsafe.Add(ref weights, slots), TCell.Slots, V.Width);
        weights = ref Unsafe.Add(ref weights, 2 * slots);
        ref float x = ref X;
        for (int k = Inputs; k > 0; k--)
        {
            V s = V.Of(x);
            Add(ref p, s, ref weights, TCell.InputSlot, TCell.InputGates);
            Add(ref q, s, ref Unsafe.Add(ref weights, input), TCell.InputSlot, TCell.InputGates);
            weights = ref Unsafe.Add(ref weights, 2 * input);
            x = ref Unsafe.Add(ref x, 1);
        }

        ref float h = ref H;
        for (int k = States; k > 0; k--)
        {
            V s = V.Of(h);
            Add(ref p, s, ref weights, TCell.RecurrentSlot, TCell.RecurrentGates);
            Add(ref q, s, ref Unsafe.Add(ref weights, recurrent), TCell.RecurrentSlot, TCell.RecurrentGates);
            weights = ref Unsafe.Add(ref weights, 2 * recurrent);
            h = ref Unsafe.Add(ref h, 1);
        }

        p.Store(ref Sums, TCell.Slots, V.Width);
        q.Store(ref Unsafe.Add(ref Sums, slots), TCell.Slots, V.Width);
        Finish<V>(block, 2);
    }

    /// <summary>The last block of a cell with gates, where their number is odd.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Gated<V>(ref float weights, int block) where V : struct, ILanes<V>
    {
        Gates<V> p = Gates<V>.Load(ref weights, TCell.Slots, V.Width);
        weights = ref Unsafe.Add(ref weights, TCell.Slots * V.Width);
        ref float x = ref X;
        for (int k = Inputs; k > 0; k--)
        {
            Add(ref p, V.Of(x), ref weights, TCell.InputSlot, TCell.InputGates);
            weights = ref Unsafe.Add(ref weights, TCell.InputGates * V.Width);
            x = ref Unsafe.Add(ref x, 1);
        }

        ref float h = ref H;
        for (int k = States; k > 0; k--)
        {
            Add(ref p, V.Of(h), ref weights, TCell.RecurrentSlot, TCell.RecurrentGates);
            weights = ref Unsafe.Add(ref weights, TCell.RecurrentGates * V.Width);
            h = ref Unsafe.Add(ref h, 1);
        }

        Cell(p, block * V.Width);
    }

    /// <summary>Eight blocks of a cell with one gate.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void PlainPair<V>(ref float weights, int block) where V : struct, ILanes<V>
    {
        Gates<V> p = Gates<V>.Load(ref weights, 4, V.Width), q = Gates<V>.Load(ref Unsafe.Add(ref weights, 4 * V.Width), 4, V.Width);
        weights = ref Unsafe.Add(ref weights, 8 * V.Width);
        ref float x = ref X;
        for (int segment = 0; segment < 2; segment++)
        {
            for (int k = segment == 0 ? Inputs : States; k > 0; k--)
            {
                V s = V.Of(x);
                Add(ref p, s, ref weights, 0, 4);
                Add(ref q, s, ref Unsafe.Add(ref weights, 4 * V.Width), 0, 4);
                weights = ref Unsafe.Add(ref weights, 8 * V.Width);
                x = ref Unsafe.Add(ref x, 1);
            }

            x = ref H;
        }

        p.Store(ref Sums, 4, V.Width);
        q.Store(ref Unsafe.Add(ref Sums, 4 * V.Width), 4, V.Width);
        Finish<V>(block, 8);
    }

    /// <summary>One to four blocks of a cell with one gate.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Plain<V, TCount>(ref float weights, int block) where V : struct, ILanes<V> where TCount : struct, ICount
    {
        Gates<V> p = Gates<V>.Load(ref weights, TCount.Value, V.Width);
        weights = ref Unsafe.Add(ref weights, TCount.Value * V.Width);
        ref float x = ref X;
        for (int segment = 0; segment < 2; segment++)
        {
            for (int k = segment == 0 ? Inputs : States; k > 0; k--)
            {
                Add(ref p, V.Of(x), ref weights, 0, TCount.Value);
                weights = ref Unsafe.Add(ref weights, TCount.Value * V.Width);
                x = ref Unsafe.Add(ref x, 1);
            }

            x = ref H;
        }

        p.Store(ref Sums, TCount.Value, V.Width);
        Finish<V>(block, TCount.Value);
    }

    /// <summary>Adds s times the next <paramref name="count"/> vectors of weights to the sums of the slots from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(ref Gates<V> sum, V s, ref float weights, int first, int count) where V : struct, ILanes<V>
    {
        if (first == 0)
        {
            sum.V0 = V.FmaLoad(s, in weights, sum.V0);
        }

        if (first <= 1 && first + count > 1)
        {
            sum.V1 = V.FmaLoad(s, in Unsafe.Add(ref weights, (1 - first) * V.Width), sum.V1);
        }

        if (first <= 2 && first + count > 2)
        {
            sum.V2 = V.FmaLoad(s, in Unsafe.Add(ref weights, (2 - first) * V.Width), sum.V2);
        }

        if (first <= 3 && first + count > 3)
        {
            sum.V3 = V.FmaLoad(s, in Unsafe.Add(ref weights, (3 - first) * V.Width), sum.V3);
        }
    }

    /// <summary>The cell of each block of a group. The sums pass through memory so that its code stands here once.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Finish<V>(int block, int blocks) where V : struct, ILanes<V>
    {
        ref float sums = ref Sums;
        for (int unit = block * V.Width; unit < (block + blocks) * V.Width; unit += V.Width)
        {
            Cell(Gates<V>.Load(ref sums, TCell.Slots, V.Width), unit);
            sums = ref Unsafe.Add(ref sums, TCell.Slots * V.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Cell<V>(Gates<V> a, int unit) where V : struct, ILanes<V>
    {
        State<V> previous = default;
        previous.H = V.Load(in Unsafe.Add(ref H, unit));
        ref float c = ref Unsafe.Add(ref C, unit);
        if (TCell.HasCellState)
        {
            previous.C = V.Load(in c);
        }

        TCell.Forward(a, previous, Pointwise.At<TCell>(unit, int.MaxValue), out State<V> next, out _);
        next.H.Store(ref Unsafe.Add(ref NextH, unit));
        if (TCell.HasCellState)
        {
            next.C.Store(ref c);
        }
    }
}
