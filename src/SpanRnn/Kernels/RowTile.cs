using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>The tile of a single row: as many vectors of a panel as it takes to hide an addition's latency with sums under way.</summary>
/// <remarks>Panels apart would do the same with two streams from memory, which was slower on 16 lanes than one group at a time.</remarks>
internal static class RowTile
{
    /// <summary>Two groups of vectors that lie side by side.</summary>
    public static void Run<V>(in Product p, ref float a, ref float b, ref float init, ref float c) where V : struct, ILanes<V>
    {
        if (p.GroupWidth == 3)
        {
            Run<V, Three>(in p, ref a, ref b, ref init, ref c);
        }
        else
        {
            Run<V, Two>(in p, ref a, ref b, ref init, ref c);
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Run<V, TWidth>(in Product p, ref float a, ref float b, ref float init, ref float c)
        where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        int vector = (int)p.CVector / sizeof(float), width = TWidth.Value;
        Gates<V> low = Gates<V>.Load(ref init, width, vector), high = Gates<V>.Load(ref At(ref init, p.CGroup), width, vector);
        ref byte weights = ref Unsafe.As<float, byte>(ref b);
        nint step = p.AStep, bStep = p.BStep;
        for (int run = p.Runs; run > 0; run--)
        {
            for (int k = p.RunLength; k > 0; k--)
            {
                V s = V.Of(a);
                StreamSums.Add<V, Float32>(ref low, s, ref weights, 0, width);
                StreamSums.Add<V, Float32>(ref high, s, ref Unsafe.Add(ref weights, width * V.Width * sizeof(float)), 0, width);
                a = ref At(ref a, step);
                weights = ref Unsafe.AddByteOffset(ref weights, bStep);
            }

            a = ref At(ref a, p.ARunSkip);
        }

        low.Store(ref c, width, vector);
        high.Store(ref At(ref c, p.CGroup), width, vector);
    }

    /// <summary>A group of blocks by vectors that are narrower than a block: eight vectors at a time, or what is left.</summary>
    public static void OfBlocks<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int blocks) where V : struct, ILanes<V>
    {
        int most = 8 * V.Width / Block.Size;
        for (int block = 0, count; block < blocks; block += count)
        {
            count = Math.Min(most, blocks - block);
            ref float from = ref At(ref b, block * p.BVector);
            ref float start = ref At(ref init, block * p.CVector);
            ref float to = ref At(ref c, block * p.CVector);
            switch (count)
            {
                case 1: Blocks<V, One>(in p, ref a, ref from, ref start, ref to); break;
                case 2: Blocks<V, Two>(in p, ref a, ref from, ref start, ref to); break;
                case 3: Blocks<V, Three>(in p, ref a, ref from, ref start, ref to); break;
                default: Blocks<V, Four>(in p, ref a, ref from, ref start, ref to); break;
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Blocks<V, TBlocks>(in Product p, ref float a, ref float b, ref float init, ref float c)
        where V : struct, ILanes<V> where TBlocks : struct, ICount
    {
        int vectors = TBlocks.Value * Block.Size / V.Width, lowest = Math.Min(vectors, 4), others = vectors - lowest;
        Gates<V> low = Load<V>(ref init, 0, lowest, p.CVector), high = others > 0 ? Load<V>(ref init, 4, others, p.CVector) : default;
        nint step = p.AStep, bStep = p.BStep, bVector = p.BVector;
        for (int run = p.Runs; run > 0; run--)
        {
            for (int k = p.RunLength; k > 0; k--)
            {
                V s = V.Of(a);
                Add(ref low, s, ref b, 0, lowest, bVector);
                if (others > 0)
                {
                    Add(ref high, s, ref b, 4, others, bVector);
                }

                a = ref At(ref a, step);
                b = ref At(ref b, bStep);
            }

            a = ref At(ref a, p.ARunSkip);
        }

        Store(low, ref c, 0, lowest, p.CVector);
        if (others > 0)
        {
            Store(high, ref c, 4, others, p.CVector);
        }
    }

    /// <summary>Where a group's vector lies: <paramref name="block"/> bytes from one block to the next, the vectors of a block side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float VectorOf<V>(ref float origin, int vector, nint block) where V : struct, ILanes<V> =>
        ref At(ref origin, vector * V.Width / Block.Size * block + vector * V.Width % Block.Size * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(ref Gates<V> sum, V s, ref float b, int first, int count, nint block) where V : struct, ILanes<V>
    {
        sum.V0 = V.FmaLoad(s, in VectorOf<V>(ref b, first, block), sum.V0);
        if (count > 1)
        {
            sum.V1 = V.FmaLoad(s, in VectorOf<V>(ref b, first + 1, block), sum.V1);
        }

        if (count > 2)
        {
            sum.V2 = V.FmaLoad(s, in VectorOf<V>(ref b, first + 2, block), sum.V2);
        }

        if (count > 3)
        {
            sum.V3 = V.FmaLoad(s, in VectorOf<V>(ref b, first + 3, block), sum.V3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Gates<V> Load<V>(ref float source, int first, int count, nint block) where V : struct, ILanes<V>
    {
        Gates<V> x = default;
        x.V0 = V.Load(in VectorOf<V>(ref source, first, block));
        if (count > 1)
        {
            x.V1 = V.Load(in VectorOf<V>(ref source, first + 1, block));
        }

        if (count > 2)
        {
            x.V2 = V.Load(in VectorOf<V>(ref source, first + 2, block));
        }

        if (count > 3)
        {
            x.V3 = V.Load(in VectorOf<V>(ref source, first + 3, block));
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V>(Gates<V> x, ref float destination, int first, int count, nint block) where V : struct, ILanes<V>
    {
        x.V0.Store(ref VectorOf<V>(ref destination, first, block));
        if (count > 1)
        {
            x.V1.Store(ref VectorOf<V>(ref destination, first + 1, block));
        }

        if (count > 2)
        {
            x.V2.Store(ref VectorOf<V>(ref destination, first + 2, block));
        }

        if (count > 3)
        {
            x.V3.Store(ref VectorOf<V>(ref destination, first + 3, block));
        }
    }
}
