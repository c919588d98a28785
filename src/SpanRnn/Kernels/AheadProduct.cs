using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>
/// A product of one row, and beside it a part of the work of another of a few rows: R h of a step, which reads all of R for one multiply-add a weight,
/// and W x of the steps ahead, whose multiply-adds fit between; on the way back R' da and dx = W' da of later steps.
/// </summary>
/// <remarks>
/// The other product is cut into tiles, and their terms into slices so short that one goes beside a panel of the row. A slice starts from what the
/// last one left in C. The other product is complete after <see cref="Turns"/> runs, each with the next row of the first.
/// </remarks>
internal ref struct AheadProduct : IKernel
{
    /// <summary>The product of one row. Of no vectors it is left out, and its neighbour is computed alone.</summary>
    public Product Row;

    /// <summary>The other, of as many rows as <see cref="RowsFor"/> says.</summary>
    public Product Ahead;

    /// <summary>Which part of the other is done now, and of how many.</summary>
    public int Turn, Turns;

    /// <summary>Bytes of the row's weights up to which a near cache holds them: there is nothing to wait for then.</summary>
    private const int NearBytes = 128 << 10;

    /// <summary>Bytes of both products' weights up to which a second-level cache of 1 MiB holds them beside what else a step reads.</summary>
    private const int SecondLevelBytes = 768 << 10;

    /// <summary>Times as many weights of the other product as of the row's: it reads its own anew for every few rows, and all its slices should find a panel to lie beside.</summary>
    private const int MostTimes = 2;

    /// <summary>Whether both together take less time than one after the other: found by trying sizes and processors, see perf/NOTES.md.</summary>
    public static bool IsWorth(Isa isa, in Product row, in Product ahead)
    {
        // The other's weights are read anew for every few rows: where their cache does not keep up, that costs more than the row's waiting.
        long ofRow = BytesOf(in row), ofAhead = BytesOf(in ahead);
        CacheLevel from = ofRow + ofAhead <= SecondLevelBytes ? CacheLevel.Second : CacheLevel.Third;
        return from <= isa.KeepsUp && ofRow >= NearBytes && 2 * ofAhead >= ofRow && ofAhead <= MostTimes * ofRow;
    }

    private static long BytesOf(in Product p) => (long)p.Vectors * p.RunLength * Block.Size * sizeof(float);

    /// <summary>Rows of the other product that one tile takes; 0 where the two cannot be done together.</summary>
    public static int RowsFor(Isa isa, in Product row, in Product ahead)
    {
        int width = GroupOf(in ahead);
        bool isRow = row.PanelWidth == 4 || (row.PanelWidth == 6 && row.GroupWidth == 3);
        bool isTile = width is 3 or 4 && ahead.PanelWidth % width == 0 && ahead.Vectors % ahead.PanelWidth == 0;
        bool arePlain = row.Runs == 1 && ahead.Runs == 1 && row.AStep == sizeof(float) && ahead.AStep == sizeof(float);
        return isa.Lanes >= Block.Size && isRow && isTile && arePlain && row.RunLength >= AheadTile.Terms(row.PanelWidth) ? AheadTile.Rows(width) : 0;
    }

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        int width = GroupOf(in Ahead), most = Row.RunLength / AheadTile.Terms(Row.PanelWidth);
        int slices = (Ahead.RunLength + most - 1) / most, items = Ahead.Vectors / width * slices;
        int item = (int)((long)items * Turn / Turns), end = (int)((long)items * (Turn + 1) / Turns);
        int panels = (Row.Vectors + Row.PanelWidth - 1) / Row.PanelWidth;
        bool asksForPanels = Gemm.AsksForPanels(in Row, panels);
        for (int i = 0; i < panels; i++)
        {
            int panel = Row.Backwards ? panels - 1 - i : i;
            if (asksForPanels)
            {
                Gemm.AskForPanel(in Row, panel, panels);
            }

            int vectors = Math.Min(Row.PanelWidth, Row.Vectors - panel * Row.PanelWidth);
            ref float b = ref At(ref Row.B, panel * Row.BPanel), init = ref At(ref Row.Init, panel * Row.CPanel), c = ref At(ref Row.C, panel * Row.CPanel);
            if (item < end && vectors == Row.PanelWidth)
            {
                Both<V>(ref b, ref init, ref c, item++, slices, width);
            }
            else
            {
                Gemm.Panel<V>(in Row, ref Row.A, ref b, ref init, ref c, 1, vectors);
            }
        }

        for (; item < end; item++)
        {
            Alone<V>(item, slices, width);
        }
    }

    /// <summary>Vectors of a tile of the other product.</summary>
    private static int GroupOf(in Product p) => p.GroupWidth == 0 ? p.PanelWidth : p.GroupWidth;

    /// <summary>One panel of the row, and a slice between its first terms.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Both<V>(ref float b, ref float init, ref float c, int item, int slices, int width) where V : struct, ILanes<V>
    {
        AheadSlice slice = SliceOf(item, slices, width);
        if (Row.PanelWidth == 6)
        {
            Both<V, Three>(ref b, ref init, ref c, Row.CGroup, in slice, width);
        }
        else
        {
            Both<V, Two>(ref b, ref init, ref c, Row.GroupWidth == 2 ? Row.CGroup : 2 * Row.CVector, in slice, width);
        }

        Product rest = Row;
        int done = slice.Depth * AheadTile.Terms(Row.PanelWidth);
        rest.RunLength -= done;
        if (rest.RunLength > 0)
        {
            Gemm.Panel<V>(in rest, ref Unsafe.Add(ref Row.A, done), ref At(ref b, done * Row.BStep), ref c, ref c, 1, Row.PanelWidth);
        }
    }

    private readonly void Both<V, THalf>(ref float b, ref float init, ref float c, nint half, in AheadSlice slice, int width)
        where V : struct, ILanes<V> where THalf : struct, ICount
    {
        if (width == 3)
        {
            AheadTile.Run<V, THalf, Three>(in Row, ref b, ref init, ref c, half, in Ahead, in slice);
        }
        else
        {
            AheadTile.Run<V, THalf, Four>(in Row, ref b, ref init, ref c, half, in Ahead, in slice);
        }
    }

    /// <summary>A slice for which the row has no panel left.</summary>
    private readonly void Alone<V>(int item, int slices, int width) where V : struct, ILanes<V>
    {
        AheadSlice slice = SliceOf(item, slices, width);
        Product part = Ahead;
        part.RunLength = slice.Depth;
        part.InitRow = slice.InitRow;
        Gemm.Rows<V, Float32>(
            in part, ref slice.A, ref Unsafe.As<float, byte>(ref slice.B), ref slice.Init, ref slice.C, part.Rows, part.Rows, width, part.CVector, 0);
    }

    /// <summary>A slice of each of a panel's tiles, then the next: while a panel's lines are near, all of them are used.</summary>
    private readonly AheadSlice SliceOf(int item, int slices, int width)
    {
        int groups = Ahead.PanelWidth / width, group = item % groups, slice = item / groups % slices, panel = item / groups / slices;
        int first = (int)((long)Ahead.RunLength * slice / slices), end = (int)((long)Ahead.RunLength * (slice + 1) / slices);
        nint inC = panel * Ahead.CPanel + group * Ahead.CGroup;
        ref float c = ref At(ref Ahead.C, inC);
        return new AheadSlice
        {
            A = ref Unsafe.Add(ref Ahead.A, first),
            B = ref At(ref Ahead.B, panel * Ahead.BPanel + group * width * Ahead.BVector + first * Ahead.BStep),
            Init = ref slice == 0 ? ref At(ref Ahead.Init, inC) : ref c,
            InitRow = slice == 0 ? Ahead.InitRow : Ahead.CRow,
            C = ref c,
            Depth = end - first,
        };
    }
}
