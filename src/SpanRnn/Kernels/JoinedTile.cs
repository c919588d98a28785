using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>
/// C = init + X W + H R tile by tile, each begun and put away once for both: for one block of one slot by vectors that are narrower than a block, for a
/// panel of four vectors by vectors of a whole block. The terms have the order of the two products after each other.
/// </summary>
internal static class JoinedTile
{
    /// <summary>Some rows.</summary>
    /// <param name="input">Strides and depth of X W, and whether C is far; its references are not used.</param>
    /// <param name="recurrent">Those of H R.</param>
    /// <param name="x">The first row of X.</param>
    /// <param name="w">W's vectors at k = 0.</param>
    /// <param name="h">The first row of H.</param>
    /// <param name="r">R's vectors at k = 0.</param>
    /// <param name="init">What every row starts from: the biases of the units.</param>
    /// <param name="c">The first row of C.</param>
    /// <param name="rows">How many.</param>
    public static void Rows<V>(
        in Product input, in Product recurrent, ref float x, ref float w, ref float h, ref float r, ref float init, ref float c, int rows)
        where V : struct, ILanes<V>
    {
        if (V.Width == Block.Size)
        {
            Rows<V, Four>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, rows, 6);
        }
        else if (V.Width == Block.Size / 2)
        {
            Rows<V, Two>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, rows, 6);
        }
        else
        {
            Rows<V, Four>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, rows, 3);
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Rows<V, TWidth>(
        in Product input, in Product recurrent, ref float x, ref float w, ref float h, ref float r, ref float init, ref float c, int rows, int most)
        where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        for (int tiles = (rows + most - 1) / most, tile = 0; tiles > 0; tiles--)
        {
            int height = (rows + tiles - 1) / tiles;
            if (input.IsFar && tiles > 1)
            {
                Gemm.Ask(ref At(ref c, height * recurrent.CRow), recurrent.CRow, height, Block.Size * sizeof(float), TWidth.Value * V.Width / Block.Size);
            }

            if (NextLines.HasShare(recurrent.NextPanel, tile, height, TWidth.Value))
            {
                // Where the recurrent product alone asks for something, the input's lines ask for themselves: that costs less than code of its own.
                Height<V, TWidth, NextLines>(
                    in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, height,
                    input.NextPanel == 0 ? default : NextLines.Share(in input, input.NextPanel, tile), NextLines.Share(in recurrent, recurrent.NextPanel, tile));
            }
            else
            {
                Height<V, TWidth, NoLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, height, default, default);
            }

            tile++;
            x = ref At(ref x, height * input.ARow);
            h = ref At(ref h, height * recurrent.ARow);
            c = ref At(ref c, height * recurrent.CRow);
            rows -= height;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Height<V, TWidth, TLines>(
        in Product input, in Product recurrent, ref float x, ref float w, ref float h, ref float r, ref float init, ref float c, int height,
        TLines nextW, TLines nextR)
        where V : struct, ILanes<V> where TWidth : struct, ICount where TLines : struct, ILines
    {
        switch (height)
        {
            case 1: Run<V, One, TWidth, NoLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, default, default); break;
            case 2: Run<V, Two, TWidth, NoLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, default, default); break;
            case 3: Run<V, Three, TWidth, NoLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, default, default); break;
            case 4: Run<V, Four, TWidth, NoLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, default, default); break;
            case 5: Run<V, Five, TWidth, TLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, nextW, nextR); break;
            default: Run<V, Six, TWidth, TLines>(in input, in recurrent, ref x, ref w, ref h, ref r, ref init, ref c, nextW, nextR); break;
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Run<V, TRows, TWidth, TLines>(
        in Product input, in Product recurrent, ref float x, ref float w, ref float h, ref float r, ref float init, ref float c, TLines nextW,
        TLines nextR)
        where V : struct, ILanes<V> where TRows : struct, ICount where TWidth : struct, ICount where TLines : struct, ILines
    {
        Gates<V> c0 = Gates<V>.Load(ref init, TWidth.Value, V.Width);
        Gates<V> c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = default, c7 = default;

        // A loop rather than two calls: the code of so many sums stands once.
        ref readonly Product p = ref input;
        TLines next = nextW;
        for (int left = 2; left > 0; left--)
        {
            Add<V, Float32, TRows, TWidth, TLines>(
                in p, ref x, ref Unsafe.As<float, byte>(ref w), next, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            p = ref recurrent;
            x = ref h;
            w = ref r;
            next = nextR;
        }

        Tile.Store<V, TRows, TWidth>(c0, c1, c2, c3, c4, c5, c6, c7, ref c, recurrent.CRow, V.Width * sizeof(float));
    }
}
