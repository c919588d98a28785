using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>The tile of a single row by vectors that are narrower than a block: eight of a group's vectors at a time, or what is left.</summary>
/// <remarks>Eight sums hide an addition's latency. Blocks may lie apart: each is a stream of its own, its vectors side by side.</remarks>
internal static class NarrowRowTile
{
    public static void Run<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int blocks) where V : struct, ILanes<V>
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
                case 1: Run<V, One>(in p, ref a, ref from, ref start, ref to); break;
                case 2: Run<V, Two>(in p, ref a, ref from, ref start, ref to); break;
                case 3: Run<V, Three>(in p, ref a, ref from, ref start, ref to); break;
                default: Run<V, Four>(in p, ref a, ref from, ref start, ref to); break;
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Run<V, TBlocks>(in Product p, ref float a, ref float b, ref float init, ref float c)
        where V : struct, ILanes<V> where TBlocks : struct, ICount
    {
        int vectors = TBlocks.Value * Block.Size / V.Width, lowest = Math.Min(vectors, 4), others = vectors - lowest;
        Gates<V> low = Load<V>(ref init, 0, lowest, p.CVector), high = others > 0 ? Load<V>(ref init, 4, others, p.CVector) : default;
        nint step = p.AStep, bStep = p.BStep, bVector = p.BVector;
        for (int run = p.Runs; run > 0; run--)
        {
            for (int k = p.RunLength; k != 0; k--)
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
        V.AddProduct(ref sum.V0, s, in VectorOf<V>(ref b, first, block));
        if (count > 1)
        {
            V.AddProduct(ref sum.V1, s, in VectorOf<V>(ref b, first + 1, block));
        }

        if (count > 2)
        {
            V.AddProduct(ref sum.V2, s, in VectorOf<V>(ref b, first + 2, block));
        }

        if (count > 3)
        {
            V.AddProduct(ref sum.V3, s, in VectorOf<V>(ref b, first + 3, block));
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
