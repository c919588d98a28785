using System.Diagnostics;
using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>
/// The one inner loop of every matrix product: a tile of up to 8 rows by 4 vectors of C = init + A B, held in registers while k runs.
/// </summary>
/// <remarks>
/// One accumulator for each output and k in order, always fused: so the bits do not depend on the tile's shape or the vector's width.
/// A's elements are broadcast, B's rows (panels: k-major, dense) are vectors.
/// </remarks>
internal static class Tile
{
    /// <summary>Computes one tile.</summary>
    /// <param name="p">Strides, lengths; its own references are not used.</param>
    /// <param name="a">A's first element of the tile's first row.</param>
    /// <param name="b">B's first vector of the tile, at k = 0.</param>
    /// <param name="init">Where the accumulators start from, laid out as C, but with its own row stride.</param>
    /// <param name="c">The tile's first element of C.</param>
    /// <param name="vector">Bytes from one vector of C's tile to the next.</param>
    /// <param name="next">Lines that are asked for meanwhile.</param>
    [MethodImpl(Hot.Loop)]
    public static void Run<V, TWeight, TRows, TWidth, TLines>(in Product p, ref float a, ref byte b, ref float init, ref float c, nint vector, TLines next)
        where V : struct, ILanes<V> where TWeight : struct, IWeight where TRows : struct, ICount where TWidth : struct, ICount where TLines : struct, ILines
    {
        nint initRow = p.InitRow;
        Gates<V> c0 = Load<V, TWidth>(ref init, vector);
        Gates<V> c1 = TRows.Value > 1 ? Load<V, TWidth>(ref At(ref init, 1 * initRow), vector) : default;
        Gates<V> c2 = TRows.Value > 2 ? Load<V, TWidth>(ref At(ref init, 2 * initRow), vector) : default;
        Gates<V> c3 = TRows.Value > 3 ? Load<V, TWidth>(ref At(ref init, 3 * initRow), vector) : default;
        Gates<V> c4 = TRows.Value > 4 ? Load<V, TWidth>(ref At(ref init, 4 * initRow), vector) : default;
        Gates<V> c5 = TRows.Value > 5 ? Load<V, TWidth>(ref At(ref init, 5 * initRow), vector) : default;
        Gates<V> c6 = TRows.Value > 6 ? Load<V, TWidth>(ref At(ref init, 6 * initRow), vector) : default;
        Gates<V> c7 = TRows.Value > 7 ? Load<V, TWidth>(ref At(ref init, 7 * initRow), vector) : default;

        Add<V, TWeight, TRows, TWidth, TLines>(in p, ref a, ref b, next, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);

        Store<V, TRows, TWidth>(c0, c1, c2, c3, c4, c5, c6, c7, ref c, p.CRow, vector);
    }

    /// <summary>Adds all terms of a product to a tile's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add<V, TWeight, TRows, TWidth, TLines>(
        in Product p, ref float a, ref byte b, TLines next, ref Gates<V> c0, ref Gates<V> c1, ref Gates<V> c2, ref Gates<V> c3, ref Gates<V> c4, ref Gates<V> c5,
        ref Gates<V> c6, ref Gates<V> c7)
        where V : struct, ILanes<V> where TWeight : struct, IWeight where TRows : struct, ICount where TWidth : struct, ICount where TLines : struct, ILines
    {
        Debug.Assert(p.RunLength >= 0, "Terms are counted down to zero.");
        nint row = p.ARow, row2 = 2 * row, row3 = 3 * row, step = p.AStep, bStep = p.BStep;
        ref float ask = ref Unsafe.As<byte, float>(ref Unsafe.AddByteOffset(ref b, next.First));
        ref float low = ref a;
        ref float high = ref At(ref a, 4 * row);
        for (int run = p.Runs; run > 0; run--)
        {
            for (int k = p.RunLength; k != 0; k--) // down to zero, which the decrement itself tells
            {
                Gates<V> x = LoadWeights<V, TWeight, TWidth>(ref b);
                if (TLines.AreAsked)
                {
                    Prefetch.Far(ref ask);
                    ask = ref At(ref ask, next.Step);
                }

                Fma<V, TWidth>(ref low, x, ref c0);
                if (TRows.Value > 1)
                {
                    Fma<V, TWidth>(ref At(ref low, row), x, ref c1);
                }

                if (TRows.Value > 2)
                {
                    Fma<V, TWidth>(ref At(ref low, row2), x, ref c2);
                }

                if (TRows.Value > 3)
                {
                    Fma<V, TWidth>(ref At(ref low, row3), x, ref c3);
                }

                if (TRows.Value > 4)
                {
                    Fma<V, TWidth>(ref high, x, ref c4);
                }

                if (TRows.Value > 5)
                {
                    Fma<V, TWidth>(ref At(ref high, row), x, ref c5);
                }

                if (TRows.Value > 6)
                {
                    Fma<V, TWidth>(ref At(ref high, row2), x, ref c6);
                }

                if (TRows.Value > 7)
                {
                    Fma<V, TWidth>(ref At(ref high, row3), x, ref c7);
                }

                low = ref At(ref low, step);
                high = ref At(ref high, step);
                b = ref Unsafe.AddByteOffset(ref b, bStep);
            }

            low = ref At(ref low, p.ARunSkip);
            high = ref At(ref high, p.ARunSkip);
        }
    }

    /// <summary>Writes a tile's sums: rows <paramref name="row"/> bytes apart, vectors <paramref name="vector"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<V, TRows, TWidth>(
        Gates<V> c0, Gates<V> c1, Gates<V> c2, Gates<V> c3, Gates<V> c4, Gates<V> c5, Gates<V> c6, Gates<V> c7, ref float c, nint row, nint vector)
        where V : struct, ILanes<V> where TRows : struct, ICount where TWidth : struct, ICount
    {
        Store<V, TWidth>(c0, ref c, vector);
        if (TRows.Value > 1)
        {
            Store<V, TWidth>(c1, ref At(ref c, 1 * row), vector);
        }

        if (TRows.Value > 2)
        {
            Store<V, TWidth>(c2, ref At(ref c, 2 * row), vector);
        }

        if (TRows.Value > 3)
        {
            Store<V, TWidth>(c3, ref At(ref c, 3 * row), vector);
        }

        if (TRows.Value > 4)
        {
            Store<V, TWidth>(c4, ref At(ref c, 4 * row), vector);
        }

        if (TRows.Value > 5)
        {
            Store<V, TWidth>(c5, ref At(ref c, 5 * row), vector);
        }

        if (TRows.Value > 6)
        {
            Store<V, TWidth>(c6, ref At(ref c, 6 * row), vector);
        }

        if (TRows.Value > 7)
        {
            Store<V, TWidth>(c7, ref At(ref c, 7 * row), vector);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref float At(ref float origin, nint bytes) => ref Unsafe.AddByteOffset(ref origin, bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Gates<V> Load<V, TWidth>(ref float source, nint stride) where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        Gates<V> x = default;
        x.V0 = V.Load(in source);
        if (TWidth.Value > 1)
        {
            x.V1 = V.Load(in At(ref source, stride));
        }

        if (TWidth.Value > 2)
        {
            x.V2 = V.Load(in At(ref source, 2 * stride));
        }

        if (TWidth.Value > 3)
        {
            x.V3 = V.Load(in At(ref source, 3 * stride));
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Gates<V> LoadWeights<V, TWeight, TWidth>(ref byte source)
        where V : struct, ILanes<V> where TWeight : struct, IWeight where TWidth : struct, ICount
    {
        if (TWeight.IsPaired)
        {
            return StreamSums.LoadPairs<V, TWeight>(ref source, TWidth.Value);
        }

        int stride = V.Width * TWeight.Bytes;
        Gates<V> x = default;
        x.V0 = TWeight.Load<V>(in source);
        if (TWidth.Value > 1)
        {
            x.V1 = TWeight.Load<V>(in Unsafe.Add(ref source, stride));
        }

        if (TWidth.Value > 2)
        {
            x.V2 = TWeight.Load<V>(in Unsafe.Add(ref source, 2 * stride));
        }

        if (TWidth.Value > 3)
        {
            x.V3 = TWeight.Load<V>(in Unsafe.Add(ref source, 3 * stride));
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fma<V, TWidth>(ref float scalar, Gates<V> x, ref Gates<V> sum) where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        // Read here, so that the load is the broadcast's own.
        V s = V.Of(scalar);
        V.AddProduct(ref sum.V0, s, x.V0);
        if (TWidth.Value > 1)
        {
            V.AddProduct(ref sum.V1, s, x.V1);
        }

        if (TWidth.Value > 2)
        {
            V.AddProduct(ref sum.V2, s, x.V2);
        }

        if (TWidth.Value > 3)
        {
            V.AddProduct(ref sum.V3, s, x.V3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<V, TWidth>(Gates<V> x, ref float destination, nint stride) where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        x.V0.Store(ref destination);
        if (TWidth.Value > 1)
        {
            x.V1.Store(ref At(ref destination, stride));
        }

        if (TWidth.Value > 2)
        {
            x.V2.Store(ref At(ref destination, 2 * stride));
        }

        if (TWidth.Value > 3)
        {
            x.V3.Store(ref At(ref destination, 3 * stride));
        }
    }
}
