using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>W x + R h of one sequence: the operands, and the sums of weights with one gate, group by group.</summary>
/// <remarks>The order of the terms is that of the batched path: init, then x in order of k, then h.</remarks>
internal ref struct StreamPanel<TWeight> where TWeight : struct, IWeight
{
    public ref byte Weights;

    /// <summary>Factors of the sums over x, and <see cref="StateScales"/> floats later of those over h; of scaled weights alone.</summary>
    public ref float Scales;

    public ref float X, H;

    public int Inputs, States, Blocks, StateScales;

    /// <summary>The most blocks of a group, for a cell with gates; those of products with one gate are known.</summary>
    public int BlocksOfGroup;

    /// <summary>The groups to do: from the first on, up to before the end.</summary>
    public int First, End;

    /// <summary>Of all groups, leaves one of several parts of nearly equal size; the caller's, who begins first, is never smaller.</summary>
    public void Take(int part, int parts) => (First, End) = ((End * part + parts - 1) / parts, (End * (part + 1) + parts - 1) / parts);

    /// <summary>The sums of the group that starts at a block, of weights with one gate; returns how many blocks it has.</summary>
    /// <param name="block">Where it starts.</param>
    /// <param name="init">What the sums start from, unit by unit, from the group's first unit on.</param>
    /// <param name="sums">Gets them; may be init.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Sum<V>(int block, ref float init, ref float sums) where V : struct, ILanes<V>
    {
        ref byte weights = ref Unsafe.Add(ref Weights, (nint)block * V.Width * (Inputs + States) * TWeight.Bytes);
        int size = StreamGroups.Size(block, Blocks, StreamGroups.Plain), unit = block * V.Width;
        switch (size)
        {
            case 1: Few<V, One>(ref weights, unit, ref init, ref sums); break;
            case 2: Few<V, Two>(ref weights, unit, ref init, ref sums); break;
            case 3: Few<V, Three>(ref weights, unit, ref init, ref sums); break;
            case 4: Few<V, Four>(ref weights, unit, ref init, ref sums); break;
            default: Eight<V>(ref weights, unit, ref init, ref sums); break;
        }

        return size;
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Eight<V>(ref byte weights, int unit, ref float init, ref float sums) where V : struct, ILanes<V>
    {
        int vector = V.Width * TWeight.Bytes;
        Gates<V> p = default, q = default;
        ref float from = ref init, x = ref X, scales = ref Scales;
        for (int segment = 0; segment < 2; segment++)
        {
            if (TWeight.IsScaled)
            {
                (p, q) = (default, default);
            }
            else if (segment == 0)
            {
                (p, q) = (Gates<V>.Load(ref init, 4, V.Width), Gates<V>.Load(ref Unsafe.Add(ref init, 4 * V.Width), 4, V.Width));
            }

            for (int k = segment == 0 ? Inputs : States; k != 0; k--)
            {
                V s = V.Of(x);
                StreamSums.Add<V, TWeight>(ref p, s, ref weights, 0, 4);
                StreamSums.Add<V, TWeight>(ref q, s, ref Unsafe.Add(ref weights, 4 * vector), 0, 4);
                weights = ref Unsafe.Add(ref weights, 8 * vector);
                x = ref Unsafe.Add(ref x, 1);
            }

            if (TWeight.IsScaled)
            {
                p = Scale(p, ref Unsafe.Add(ref scales, unit), ref from, 4);
                q = Scale(q, ref Unsafe.Add(ref scales, unit + 4 * V.Width), ref Unsafe.Add(ref from, 4 * V.Width), 4);
                p.Store(ref sums, 4, V.Width);
                q.Store(ref Unsafe.Add(ref sums, 4 * V.Width), 4, V.Width);
                from = ref sums;
                scales = ref Unsafe.Add(ref scales, StateScales);
            }

            x = ref H;
        }

        if (!TWeight.IsScaled)
        {
            p.Store(ref sums, 4, V.Width);
            q.Store(ref Unsafe.Add(ref sums, 4 * V.Width), 4, V.Width);
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Few<V, TCount>(ref byte weights, int unit, ref float init, ref float sums)
        where V : struct, ILanes<V> where TCount : struct, ICount
    {
        int vector = V.Width * TWeight.Bytes;
        Gates<V> p = default;
        ref float from = ref init, x = ref X, scales = ref Scales;
        for (int segment = 0; segment < 2; segment++)
        {
            if (TWeight.IsScaled)
            {
                p = default;
            }
            else if (segment == 0)
            {
                p = Gates<V>.Load(ref init, TCount.Value, V.Width);
            }

            for (int k = segment == 0 ? Inputs : States; k != 0; k--)
            {
                StreamSums.Add<V, TWeight>(ref p, V.Of(x), ref weights, 0, TCount.Value);
                weights = ref Unsafe.Add(ref weights, TCount.Value * vector);
                x = ref Unsafe.Add(ref x, 1);
            }

            if (TWeight.IsScaled)
            {
                p = Scale(p, ref Unsafe.Add(ref scales, unit), ref from, TCount.Value);
                p.Store(ref sums, TCount.Value, V.Width);
                from = ref sums;
                scales = ref Unsafe.Add(ref scales, StateScales);
            }

            x = ref H;
        }

        if (!TWeight.IsScaled)
        {
            p.Store(ref sums, TCount.Value, V.Width);
        }
    }

    /// <summary>sum * scale + from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Gates<V> Scale<V>(Gates<V> sum, ref float scales, ref float from, int count) where V : struct, ILanes<V> =>
        StreamSums.Scale(sum, Gates<V>.Load(ref scales, count, V.Width), Gates<V>.Load(ref from, count, V.Width), count);
}
