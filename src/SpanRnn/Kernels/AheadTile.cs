using System.Diagnostics;
using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>A panel of one row, and between its terms those of a tile of another product: the first waits for memory, the second for multiply-adds.</summary>
/// <remarks>Each sum has one accumulator and its terms in order, as in <see cref="Tile"/>, so the bits are those of the two apart. For vectors of whole blocks.</remarks>
internal static class AheadTile
{
    /// <summary>Rows of the tile: with the row's sums as many as 32 registers hold, or one less of three vectors.</summary>
    public static int Rows(int width) => width == 4 ? 5 : 6;

    /// <summary>Terms of the row for each term of the tile: about as many multiply-adds, four times the bytes.</summary>
    public static int Terms(int panelWidth) => panelWidth == 4 ? 4 : 2;

    /// <summary>Some terms of the tile, and <see cref="Terms"/> times as many of one panel of the row.</summary>
    /// <typeparam name="V">The vectors.</typeparam>
    /// <typeparam name="THalf">Vectors of half a panel of the row: 2 or 3.</typeparam>
    /// <typeparam name="TWidth">Vectors of the tile: 3 or 4.</typeparam>
    /// <param name="row">The row's product; its references to B, init and C are not used.</param>
    /// <param name="b">The row's panel.</param>
    /// <param name="init">Where the row's sums start from.</param>
    /// <param name="c">The row's sums.</param>
    /// <param name="half">Bytes from the first half of the row's sums to the second.</param>
    /// <param name="tile">Strides of the tile's product.</param>
    /// <param name="slice">Which terms.</param>
    [MethodImpl(Hot.Loop)]
    public static void Run<V, THalf, TWidth>(
        in Product row, ref float b, ref float init, ref float c, nint half, in Product tile, in AheadSlice slice)
        where V : struct, ILanes<V> where THalf : struct, ICount where TWidth : struct, ICount
    {
        Debug.Assert(slice.Depth >= 0, "Terms are counted down to zero.");
        nint toVector = tile.CVector, fromRow = slice.InitRow;
        ref float a = ref row.A, x = ref slice.A, w = ref slice.B, from = ref slice.Init, to = ref slice.C;
        Gates<V> c0 = Load<V, TWidth>(ref from, toVector);
        Gates<V> c1 = Load<V, TWidth>(ref At(ref from, fromRow), toVector);
        Gates<V> c2 = Load<V, TWidth>(ref At(ref from, 2 * fromRow), toVector);
        from = ref At(ref from, 3 * fromRow);
        Gates<V> c3 = Load<V, TWidth>(ref from, toVector);
        Gates<V> c4 = Load<V, TWidth>(ref At(ref from, fromRow), toVector);
        Gates<V> c5 = TWidth.Value == 3 ? Load<V, TWidth>(ref At(ref from, 2 * fromRow), toVector) : default;
        int vector = (int)row.CVector / sizeof(float);
        Gates<V> low = Gates<V>.Load(ref init, THalf.Value, vector), high = Gates<V>.Load(ref At(ref init, half), THalf.Value, vector);

        nint xRow = tile.ARow, step = tile.BStep;
        ref float xHigh = ref At(ref x, 3 * xRow);
        for (int left = slice.Depth; left != 0; left--)
        {
            Gates<V> weight = Load<V, TWidth>(ref w, V.Width * sizeof(float));
            Term<V, THalf>(ref a, ref b, ref low, ref high);
            Fma<V, TWidth>(ref x, weight, ref c0);
            Term<V, THalf>(ref Unsafe.Add(ref a, 1), ref Unsafe.Add(ref b, 2 * THalf.Value * V.Width), ref low, ref high);
            Fma<V, TWidth>(ref At(ref x, xRow), weight, ref c1);
            Fma<V, TWidth>(ref At(ref x, 2 * xRow), weight, ref c2);
            if (Terms(2 * THalf.Value) > 2)
            {
                Term<V, THalf>(ref Unsafe.Add(ref a, 2), ref Unsafe.Add(ref b, 4 * THalf.Value * V.Width), ref low, ref high);
            }

            Fma<V, TWidth>(ref xHigh, weight, ref c3);
            if (Terms(2 * THalf.Value) > 3)
            {
                Term<V, THalf>(ref Unsafe.Add(ref a, 3), ref Unsafe.Add(ref b, 6 * THalf.Value * V.Width), ref low, ref high);
            }

            Fma<V, TWidth>(ref At(ref xHigh, xRow), weight, ref c4);
            if (TWidth.Value == 3)
            {
                Fma<V, TWidth>(ref At(ref xHigh, 2 * xRow), weight, ref c5);
            }

            x = ref Unsafe.Add(ref x, 1);
            xHigh = ref Unsafe.Add(ref xHigh, 1);
            w = ref At(ref w, step);
            a = ref Unsafe.Add(ref a, Terms(2 * THalf.Value));
            b = ref Unsafe.Add(ref b, Terms(2 * THalf.Value) * 2 * THalf.Value * V.Width);
        }

        low.Store(ref c, THalf.Value, vector);
        high.Store(ref At(ref c, half), THalf.Value, vector);
        nint toRow = tile.CRow;
        Store<V, TWidth>(c0, ref to, toVector);
        Store<V, TWidth>(c1, ref At(ref to, toRow), toVector);
        Store<V, TWidth>(c2, ref At(ref to, 2 * toRow), toVector);
        to = ref At(ref to, 3 * toRow);
        Store<V, TWidth>(c3, ref to, toVector);
        Store<V, TWidth>(c4, ref At(ref to, toRow), toVector);
        if (TWidth.Value == 3)
        {
            Store<V, TWidth>(c5, ref At(ref to, 2 * toRow), toVector);
        }
    }

    /// <summary>One term of the row's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Term<V, THalf>(ref float scalar, ref float b, ref Gates<V> low, ref Gates<V> high)
        where V : struct, ILanes<V> where THalf : struct, ICount
    {
        V s = V.Of(scalar);
        V.AddProduct(ref low.V0, s, in b);
        V.AddProduct(ref low.V1, s, in Unsafe.Add(ref b, V.Width));
        if (THalf.Value == 2)
        {
            V.AddProduct(ref high.V0, s, in Unsafe.Add(ref b, 2 * V.Width));
            V.AddProduct(ref high.V1, s, in Unsafe.Add(ref b, 3 * V.Width));
        }
        else
        {
            V.AddProduct(ref low.V2, s, in Unsafe.Add(ref b, 2 * V.Width));
            V.AddProduct(ref high.V0, s, in Unsafe.Add(ref b, 3 * V.Width));
            V.AddProduct(ref high.V1, s, in Unsafe.Add(ref b, 4 * V.Width));
            V.AddProduct(ref high.V2, s, in Unsafe.Add(ref b, 5 * V.Width));
        }
    }
}
