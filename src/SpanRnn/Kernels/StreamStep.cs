using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One step of one sequence through one layer: the product [x | h] and the cell, group by group.</summary>
/// <remarks>
/// Sums have the order of the batched path: bias, then x in order of k, then h. A group's cells make its next states of the
/// sums as soon as these are complete. NextH may not be H, since every group reads all of h. Groups are compiled apart: inlined into one
/// method they would exceed what the compiler keeps in registers. Of a cell with a candidate this is the part before its product, which
/// <see cref="StreamCandidate{TCell, TWeight}"/> completes.
/// </remarks>
internal ref struct StreamStep<TCell, TWeight> : IKernel where TCell : struct, ICell where TWeight : struct, IWeight
{
    /// <summary>The product's operands.</summary>
    public StreamPanel<TWeight> Panel;

    /// <summary>Slots x 16 floats for each block of 16 units.</summary>
    public ref float Bias;

    /// <summary>The next h.</summary>
    public ref float NextH;

    /// <summary>
    /// The cell state, which is replaced. A cell with a candidate has none: there it is the room for its slots, <see cref="Units"/> floats each, and
    /// after them for what the candidate is a product with.
    /// </summary>
    public ref float C;

    /// <summary>Room for the sums of one group: eight vectors.</summary>
    public ref float Sums;

    public PointwiseRows Pointwise;

    /// <summary>Padded to blocks of 16.</summary>
    public int Units;

    /// <summary>Whether the last group comes first: every other step, so that it finds the end of the last one still in a near cache.</summary>
    public bool Backwards;

    /// <summary>Whether a gate is missing in R h, since it waits for r * h.</summary>
    public static bool HasCandidate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TCell.RecurrentGates < TCell.InputGates;
    }

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        int blocks = Panel.Blocks, first = Panel.First, end = Panel.End;
        for (int i = first; i < end; i++)
        {
            int block = StreamGroups.First(Backwards ? end - 1 - (i - first) : i, blocks, TCell.Slots == 1 ? StreamGroups.Plain : Panel.BlocksOfGroup);
            if (TCell.Slots == 1)
            {
                Plain<V>(block);
            }
            else if (Panel.BlocksOfGroup > 1 && block + 1 < blocks)
            {
                Pair<V>(ref WeightsOf<V>(block), block);
            }
            else if (TCell.RecurrentGates == TCell.Slots && !TWeight.IsScaled)
            {
                SingleOfAllSlots<V>(ref WeightsOf<V>(block), block);
            }
            else
            {
                Single<V>(ref WeightsOf<V>(block), block);
            }
        }
    }

    /// <summary>Where a group's weights begin: every block before it took as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref byte WeightsOf<V>(int block) where V : struct, ILanes<V> => ref Unsafe.Add(
        ref Panel.Weights, (nint)block * V.Width * (Panel.Inputs * TCell.InputGates + Panel.States * TCell.RecurrentGates) * TWeight.Bytes);

    /// <summary>Two blocks of a cell with gates: up to eight sums are under way.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Pair<V>(ref byte weights, int block) where V : struct, ILanes<V>
    {
        int slots = TCell.Slots * V.Width, vector = V.Width * TWeight.Bytes, input = TCell.InputGates * vector, recurrent = TCell.RecurrentGates * vector;
        int unit = RowOf(block * V.Width), next = RowOf((block + 1) * V.Width);
        Gates<V> p = Start<V>(unit), q = Start<V>(next);
        ref float x = ref Panel.X;
        for (int k = Panel.Inputs; k != 0; k--)
        {
            V s = V.Of(x);
            StreamSums.Add<V, TWeight>(ref p, s, ref weights, TCell.InputSlot, TCell.InputGates);
            StreamSums.Add<V, TWeight>(ref q, s, ref Unsafe.Add(ref weights, input), TCell.InputSlot, TCell.InputGates);
            weights = ref Unsafe.Add(ref weights, 2 * input);
            x = ref Unsafe.Add(ref x, 1);
        }

        if (TWeight.IsScaled)
        {
            ScaleInput(ref p, unit, ref Sums);
            ScaleInput(ref q, next, ref Unsafe.Add(ref Sums, slots));
        }

        ref float h = ref Panel.H;
        for (int k = Panel.States; k != 0; k--)
        {
            V s = V.Of(h);
            StreamSums.Add<V, TWeight>(ref p, s, ref weights, TCell.RecurrentSlot, TCell.RecurrentGates);
            StreamSums.Add<V, TWeight>(ref q, s, ref Unsafe.Add(ref weights, recurrent), TCell.RecurrentSlot, TCell.RecurrentGates);
            weights = ref Unsafe.Add(ref weights, 2 * recurrent);
            h = ref Unsafe.Add(ref h, 1);
        }

        if (TWeight.IsScaled)
        {
            ScaleState(ref p, unit, ref Sums);
            ScaleState(ref q, next, ref Unsafe.Add(ref Sums, slots));
        }

        p.Store(ref Sums, TCell.Slots, V.Width);
        q.Store(ref Unsafe.Add(ref Sums, slots), TCell.Slots, V.Width);
        Finish<V>(block, 2);
    }

    /// <summary>A block of a cell with gates alone: the last, where their number is odd, or any where a group is one.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Single<V>(ref byte weights, int block) where V : struct, ILanes<V>
    {
        int vector = V.Width * TWeight.Bytes, unit = RowOf(block * V.Width);
        Gates<V> p = Start<V>(unit);
        ref float x = ref Panel.X;
        for (int k = Panel.Inputs; k != 0; k--)
        {
            StreamSums.Add<V, TWeight>(ref p, V.Of(x), ref weights, TCell.InputSlot, TCell.InputGates);
            weights = ref Unsafe.Add(ref weights, TCell.InputGates * vector);
            x = ref Unsafe.Add(ref x, 1);
        }

        if (TWeight.IsScaled)
        {
            ScaleInput(ref p, unit, ref Sums);
        }

        ref float h = ref Panel.H;
        for (int k = Panel.States; k != 0; k--)
        {
            StreamSums.Add<V, TWeight>(ref p, V.Of(h), ref weights, TCell.RecurrentSlot, TCell.RecurrentGates);
            weights = ref Unsafe.Add(ref weights, TCell.RecurrentGates * vector);
            h = ref Unsafe.Add(ref h, 1);
        }

        if (TWeight.IsScaled)
        {
            // With the scales' variables there is no room for the cell's.
            ScaleState(ref p, unit, ref Sums);
            p.Store(ref Sums, TCell.Slots, V.Width);
            Finish<V>(block, 1);
            return;
        }

        Cell(p, block * V.Width);
    }

    /// <summary>
    /// The same where both products have a gate for every slot: what the loop calls is inlined once for both (the compiler unrolls them later), which
    /// leaves it enough variables to keep an LSTM's cell in registers.
    /// </summary>
    [MethodImpl(Hot.Loop)]
    private readonly void SingleOfAllSlots<V>(ref byte weights, int block) where V : struct, ILanes<V>
    {
        Gates<V> p = Start<V>(RowOf(block * V.Width));
        ref float factor = ref Panel.X;
        int count = Panel.Inputs;
        for (int product = 0; product < 2; product++)
        {
            for (int k = count; k != 0; k--)
            {
                StreamSums.Add<V, TWeight>(ref p, V.Of(factor), ref weights, 0, 4);
                weights = ref Unsafe.Add(ref weights, 4 * V.Width * TWeight.Bytes);
                factor = ref Unsafe.Add(ref factor, 1);
            }

            factor = ref Panel.H;
            count = Panel.States;
        }

        Cell(p, block * V.Width);
    }

    /// <summary>Up to eight blocks of a cell with one gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Plain<V>(int block) where V : struct, ILanes<V> =>
        Finish<V>(block, Panel.Sum<V>(block, ref Unsafe.Add(ref Bias, block * V.Width), ref Sums));

    /// <summary>The bias; but zeros if what follows will be scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Gates<V> Start<V>(int unit) where V : struct, ILanes<V> =>
        TWeight.IsScaled ? default : Gates<V>.Load(ref Unsafe.Add(ref Bias, unit), TCell.Slots, Block.Size);

    /// <summary>Sums over x end: bias + scale * sum is put aside, and sums over h begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void ScaleInput<V>(ref Gates<V> sum, int unit, ref float aside) where V : struct, ILanes<V>
    {
        Scale(sum, unit, Gates<V>.Load(ref Unsafe.Add(ref Bias, unit), TCell.Slots, Block.Size)).Store(ref aside, TCell.Slots, V.Width);
        sum = default;
    }

    /// <summary>Sums over h end: what was put aside + scale * sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void ScaleState<V>(ref Gates<V> sum, int unit, ref float aside) where V : struct, ILanes<V> =>
        sum = Scale(sum, unit + Panel.StateScales, Gates<V>.Load(ref aside, TCell.Slots, V.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Gates<V> Scale<V>(Gates<V> sum, int scale, Gates<V> from) where V : struct, ILanes<V> =>
        StreamSums.Scale(sum, Gates<V>.Load(ref Unsafe.Add(ref Panel.Scales, scale), TCell.Slots, Block.Size), from, TCell.Slots);

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
        if (TCell.ReadsHidden)
        {
            previous.H = V.Load(in Unsafe.Add(ref Panel.H, unit));
        }

        if (HasCandidate)
        {
            TCell.Gate(a, previous, Pointwise.At<TCell>(unit, int.MaxValue), out V gated).Store(ref Unsafe.Add(ref C, unit), TCell.Slots, Units);
            gated.Store(ref Unsafe.Add(ref C, TCell.Slots * Units + unit));
            return;
        }

        ref float c = ref Unsafe.Add(ref C, unit);
        if (TCell.HasCellState)
        {
            previous.C = V.Load(in c);
        }

        WholeCell.Forward<TCell, V>(a, previous, Pointwise.At<TCell>(unit, int.MaxValue), out State<V> next, out _);
        next.H.Store(ref Unsafe.Add(ref NextH, unit));
        if (TCell.HasCellState)
        {
            next.C.Store(ref c);
        }
    }

    /// <summary>Where a unit's slots lie in a row of biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowOf(int unit) => (int)((uint)unit / Block.Size * (uint)TCell.Slots * Block.Size + (uint)unit % Block.Size);
}
