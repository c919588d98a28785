using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>Covers C with tiles: panels outside, rows inside, so that a panel is read from a near cache for every tile of rows.</summary>
internal static class Gemm
{
    /// <summary>Rows of A that are worked on before the next sweep over B, so that they stay in the second-level cache.</summary>
    private const int RowBlock = 192;

    /// <summary>Terms of the sums that are done before the next: so many rows of a panel stay in the second-level cache.</summary>
    private const int DepthBlock = 512;

    /// <summary>Bytes of all panels from which on most of them come from beyond the second-level cache.</summary>
    private const int FarPanels = 2 << 20;

    /// <summary>Lines of a panel that are asked for before it is read: 1 KiB, after which the processor follows by itself.</summary>
    private const int FirstLines = 16;

    /// <summary>Rows for which a panel is read once anyhow, so that its depth does not matter.</summary>
    private const int FewRows = 8;

    [MethodImpl(Hot.Loop)]
    public static void Run<V>(ref Product p) where V : struct, ILanes<V>
    {
        int total = p.Runs * p.RunLength;
        if (p.Rows <= FewRows || (p.Section == 0 && total <= DepthBlock + DepthBlock / 2))
        {
            Sweep<V>(ref p, 0);
            return;
        }

        // The order of the terms stays the same: each part of a sum goes on from where the last one left C.
        int length = p.Section > 0 ? p.Section : p.Runs == 1 ? DepthBlock : Math.Max(1, DepthBlock / p.RunLength) * p.RunLength;
        for (int done = 0; done < total; done += length)
        {
            Product part = p.Terms(done, length);
            bool isFollowed = done + 2 * length <= total; // by as many terms
            Sweep<V>(ref part, isFollowed ? length * p.BStep : 0);
        }
    }

    /// <summary>All panels for one block of rows after the other.</summary>
    /// <param name="p">The product.</param>
    /// <param name="next">Bytes from its panels to those of the sweep that follows with as many terms; 0 if none does.</param>
    [MethodImpl(Hot.Loop)]
    private static void Sweep<V>(ref Product p, nint next) where V : struct, ILanes<V>
    {
        int panels = (p.Vectors + p.PanelWidth - 1) / p.PanelWidth;
        bool areFar = AsksForPanels(in p, panels), asksAhead = !p.PanelsAreNear && NextLines.ComeFromAfar(panels * p.BPanel, isEveryStep: false);
        nint own = p.NextPanel;
        for (int row = 0; row < p.Rows; row += RowBlock)
        {
            p.NextPanel = row == 0 ? own : 0; // what is no panel of this product is asked for once
            int rows = Math.Min(RowBlock, p.Rows - row);
            bool isLast = row + rows == p.Rows;
            for (int i = 0; i < panels; i++)
            {
                int panel = p.Backwards ? panels - 1 - i : i;
                if (rows == 1 && areFar)
                {
                    AskForPanel(in p, panel, panels);
                }
                else if (asksAhead)
                {
                    p.NextPanel = NextLines.ToNextPanel(in p, i, panels, isLast ? next : 0, goesOn: !isLast || next != 0);
                }

                Panel<V>(
                    in p,
                    ref At(ref p.A, row * p.ARow),
                    ref At(ref p.B, panel * p.BPanel),
                    ref At(ref p.Init, row * p.InitRow + panel * p.CPanel),
                    ref At(ref p.C, row * p.CRow + panel * p.CPanel),
                    rows,
                    Math.Min(p.PanelWidth, p.Vectors - panel * p.PanelWidth));
            }
        }

        p.NextPanel = own;
    }

    /// <summary>Whether so many panels for one row come from so far that their beginnings are asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AsksForPanels(in Product p, int panels) => panels * p.BPanel >= FarPanels;

    /// <summary>
    /// The next panel's first lines: the processor follows a stream by itself, but not into another, and the wait for the first line is 4 % of what one row
    /// takes for a panel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AskForPanel(in Product p, int panel, int panels)
    {
        ref float next = ref At(ref p.B, Math.Clamp(p.Backwards ? panel - 1 : panel + 1, 0, panels - 1) * p.BPanel);
        for (int line = 0; line < FirstLines; line++)
        {
            Prefetch.Far(ref Unsafe.Add(ref next, line * Block.Size));
        }
    }

    /// <summary>One panel, at most <see cref="RowBlock"/> rows, group by group; of one row two groups at a time.</summary>
    [MethodImpl(Hot.Loop)]
    internal static void Panel<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int rows, int width)
        where V : struct, ILanes<V>
    {
        if (p.Section > 0)
        {
            SectionSums.All<V>(in p, ref a, ref b, ref init, ref c, rows, width);
            return;
        }

        if (p.IsAdded)
        {
            SectionSums.One<V>(in p, ref a, ref b, ref init, ref c, rows, width);
            return;
        }

        int most = p.GroupWidth == 0 ? width : p.GroupWidth;
        for (int first = 0, together; first < width; first += together)
        {
            nint inB = first * p.BVector, inC = first / most * p.CGroup;
            together = Math.Min(most, width - first);
            if (V.Width >= Block.Size && rows == 1 && first + 2 * most <= width)
            {
                RowTile.Run<V>(in p, ref a, ref At(ref b, inB), ref At(ref init, inC), ref At(ref c, inC));
                together = 2 * most;
            }
            else if (V.Width >= Block.Size && rows == 1)
            {
                // There are no tiles to divide one row into.
                Shape<V, Float32, NoLines>(
                    in p, ref a, ref Unsafe.As<float, byte>(ref At(ref b, inB)), ref At(ref init, inC), ref At(ref c, inC), p.CVector, 1, together, default);
            }
            else
            {
                nint next = p.NextPanel == 0 ? 0 : p.NextPanel + NextLines.Bytes(in p, first) - inB;
                Group<V>(in p, ref a, ref At(ref b, inB), ref At(ref init, inC), ref At(ref c, inC), rows, together, next);
            }
        }
    }

    /// <summary>One group of a panel's vectors. Vectors narrower than a block take it block by block.</summary>
    [MethodImpl(Hot.Loop)]
    private static void Group<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int rows, int width, nint next) where V : struct, ILanes<V>
    {
        if (V.Width >= Block.Size)
        {
            int most = width == 4 ? 6 : 8;
            Rows<V, Float32>(in p, ref a, ref Unsafe.As<float, byte>(ref b), ref init, ref c, rows, most, width, p.CVector, next);
            return;
        }

        int vectors = Math.Min(Block.Size / V.Width, 4), tallest = vectors == 2 ? 6 : 3;
        if (rows == 1 && V.Width > 1)
        {
            NarrowRowTile.Run<V>(in p, ref a, ref b, ref init, ref c, width);
            return;
        }

        for (int block = 0; block < width; block++)
        {
            for (int lane = 0; lane < Block.Size; lane += vectors * V.Width)
            {
                nint inB = block * p.BVector + lane * sizeof(float), inC = block * p.CVector + lane * sizeof(float);
                Rows<V, Float32>(
                    in p, ref a, ref Unsafe.As<float, byte>(ref At(ref b, inB)), ref At(ref init, inC), ref At(ref c, inC), rows, tallest, vectors,
                    V.Width * sizeof(float), 0);
            }
        }
    }

    /// <summary>One of a panel's vectors alone, by vectors that are narrower than a block.</summary>
    internal static void OneVector<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int rows) where V : struct, ILanes<V> =>
        Group<V>(in p, ref a, ref b, ref init, ref c, rows, 1, 0);

    /// <summary>As few tiles as the registers allow, of nearly equal height.</summary>
    /// <param name="p">Strides and depth.</param>
    /// <param name="a">The first row of A.</param>
    /// <param name="b">The first vector of B.</param>
    /// <param name="init">The first row that sums start from.</param>
    /// <param name="c">The first row of C.</param>
    /// <param name="rows">How many.</param>
    /// <param name="most">Rows of a tile at most.</param>
    /// <param name="width">Vectors of a tile.</param>
    /// <param name="vector">Bytes from one vector of C to the next.</param>
    /// <param name="next">Bytes from <paramref name="b"/> to lines that are asked for meanwhile, as many as are read; 0 for none.</param>
    [MethodImpl(Hot.Loop)]
    internal static void Rows<V, TWeight>(
        in Product p, ref float a, ref byte b, ref float init, ref float c, int rows, int most, int width, nint vector, nint next)
        where V : struct, ILanes<V> where TWeight : struct, IWeight
    {
        int tiles = (rows + most - 1) / most, tile = 0;
        for (int row = 0; tiles > 0; tiles--)
        {
            int height = (rows - row + tiles - 1) / tiles;
            ref float at = ref At(ref a, row * p.ARow);
            ref float from = ref At(ref init, row * p.InitRow);
            ref float to = ref At(ref c, row * p.CRow);
            if (p.IsFar && tiles > 1)
            {
                Ask(ref At(ref to, height * p.CRow), p.CRow, height, vector, width);
            }

            if (NextLines.HasShare(next, tile, height, width))
            {
                Shape<V, TWeight, NextLines>(in p, ref at, ref b, ref from, ref to, vector, height, width, NextLines.Share(in p, next, tile));
            }
            else
            {
                Shape<V, TWeight, NoLines>(in p, ref at, ref b, ref from, ref to, vector, height, width, default);
            }

            tile++;
            row += height;
        }
    }

    /// <summary>Asks for the lines of a tile of C: a store to a line that is not near would hold up those behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Ask(ref float c, nint row, int height, nint vector, int width)
    {
        for (; height > 0; height--)
        {
            for (int v = 0; v < width; v++)
            {
                Prefetch.Near(ref At(ref c, v * vector));
            }

            c = ref At(ref c, row);
        }
    }

    /// <summary>The tile of a height and a width. A low one asks for nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Shape<V, TWeight, TLines>(
        in Product p, ref float a, ref byte b, ref float init, ref float c, nint vector, int height, int width, TLines next)
        where V : struct, ILanes<V> where TWeight : struct, IWeight where TLines : struct, ILines
    {
        switch (width)
        {
            case 1: Height<V, TWeight, One, TLines>(in p, ref a, ref b, ref init, ref c, vector, height, next); break;
            case 2: Height<V, TWeight, Two, TLines>(in p, ref a, ref b, ref init, ref c, vector, height, next); break;
            case 3: Height<V, TWeight, Three, TLines>(in p, ref a, ref b, ref init, ref c, vector, height, next); break;
            default: Height<V, TWeight, Four, TLines>(in p, ref a, ref b, ref init, ref c, vector, height, next); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Height<V, TWeight, TWidth, TLines>(
        in Product p, ref float a, ref byte b, ref float init, ref float c, nint vector, int height, TLines next)
        where V : struct, ILanes<V> where TWeight : struct, IWeight where TWidth : struct, ICount where TLines : struct, ILines
    {
        switch (height)
        {
            case 1: Tile.Run<V, TWeight, One, TWidth, NoLines>(in p, ref a, ref b, ref init, ref c, vector, default); break;
            case 2: Tile.Run<V, TWeight, Two, TWidth, NoLines>(in p, ref a, ref b, ref init, ref c, vector, default); break;
            case 3: Tile.Run<V, TWeight, Three, TWidth, NoLines>(in p, ref a, ref b, ref init, ref c, vector, default); break;
            case 4: Tile.Run<V, TWeight, Four, TWidth, NoLines>(in p, ref a, ref b, ref init, ref c, vector, default); break;
            case 5: Tile.Run<V, TWeight, Five, TWidth, TLines>(in p, ref a, ref b, ref init, ref c, vector, next); break;
            case 6: Tile.Run<V, TWeight, Six, TWidth, TLines>(in p, ref a, ref b, ref init, ref c, vector, next); break;
            case 7: Tile.Run<V, TWeight, Seven, TWidth, TLines>(in p, ref a, ref b, ref init, ref c, vector, next); break;
            default: Tile.Run<V, TWeight, Eight, TWidth, TLines>(in p, ref a, ref b, ref init, ref c, vector, next); break;
        }
    }
}
