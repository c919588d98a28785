using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.CodeFacts;

/// <summary>
/// Products of every number of rows and every panel width that a tile may have, alone and while lines of a next panel are asked for, weight gradients of as many rows and
/// widths, both products of a tile, a row beside each tile that is computed ahead, and the way back of one row without panels.
/// </summary>
internal static class Tiles
{
    private const int Depth = 4;

    public static void Run()
    {
        int lines = Isa.Best.Lanes < Block.Size ? 0 : Block.Size; // narrow vectors ask for none
        for (int width = 1; width <= 4; width++)
        {
            for (int rows = 1; rows <= 8; rows++)
            {
                Run(rows, width, next: 0);
                Run(rows, width, next: lines);
                if (width < 4)
                {
                    RunGradient(rows, width);
                }
            }
        }

        for (int rows = 1; rows <= 6; rows++)
        {
            RunJoined(rows, next: 0);
            RunJoined(rows, next: lines);
        }

        RunFromRows();
        RunSections(rows: 1);
        RunSections(rows: 9);
        if (Isa.Best.Lanes >= Block.Size)
        {
            foreach (int ofRow in (ReadOnlySpan<int>)[3, 4])
            {
                foreach (int ofTile in (ReadOnlySpan<int>)[3, 4])
                {
                    RunAhead(ofRow, ofTile);
                }
            }
        }
    }

    /// <summary>W' da of one row from rows, of units that are no whole fours.</summary>
    private static void RunFromRows()
    {
        const int Units = 6, Inputs = Block.Size;
        using var panels = new SlotPanels(Isa.Best, [0], Units, Inputs, isEveryStep: true);
        using Slab memory = Slab.Rent(Units * Inputs + 2 * Block.Size);
        Span<float> all = memory.Span;
        panels.AddFromRows(all[..(Units * Inputs)], Inputs, ref all[Units * Inputs], ref all[Units * Inputs + Block.Size], [], backwards: false);
    }

    /// <summary>Sums in sections, of few rows and of many: those of 512 x 528 numbers.</summary>
    private static void RunSections(int rows)
    {
        const int Units = 512, Inputs = 528;
        using var panels = new SlotPanels(Isa.Best, [0], Units, Inputs, isEveryStep: true);
        using Slab da = Slab.Rent(rows * Units), dx = Slab.Rent(rows * Inputs);
        panels.Multiply(Isa.Best, ref da.Origin, rows, ref dx.Origin, Inputs, ref dx.Origin, Inputs);
    }

    /// <summary>A gradient of so many units' rows of each of two gates: the first gate's tile asks for the second's column.</summary>
    private static void RunGradient(int units, int width)
    {
        const int Rows = 3, Gates = 2;
        int x = width * Block.Size, da = Block.Apart(1, Gates);
        using Slab memory = Slab.Rent(Rows * (x + da) + Gates * units * x);
        Span<float> all = memory.Span;
        WeightGradient.Multiply(
            Isa.Best, ref all[0], Gates, 0, [0, 1], units, ref all[Rows * da], x, Rows, GradientRows.Of(ref all[Rows * (x + da)], x, accumulate: false));
    }

    /// <summary>A row beside a tile, of panels of so many gates.</summary>
    private static void RunAhead(int gatesOfRow, int gatesOfTile)
    {
        const int Units = 2 * Block.Size, Slots = 4, Rows = 6;
        using var row = new GatePanels(Isa.Best, [.. Enumerable.Range(0, gatesOfRow)], Units, Units, Slots);
        using var tile = new GatePanels(Isa.Best, [.. Enumerable.Range(0, gatesOfTile)], Units, Units, Slots);
        using Slab x = Slab.Rent(Rows * Units), a = Slab.Rent((Rows + 1) * Block.Apart(Units / Block.Size, Slots));
        Product rowProduct = row.Product(ref x.Origin, Units, 1, ref a.Origin, 0, ref a.Origin);
        Product tileProduct = tile.Product(ref x.Origin, Units, Rows, ref a.Origin, 0, ref Tile.At(ref a.Origin, rowProduct.CRow));
        tileProduct.Rows = AheadProduct.RowsFor(Isa.Best, in rowProduct, in tileProduct);
        var both = new AheadProduct { Row = rowProduct, Ahead = tileProduct, Turn = 0, Turns = 1 };
        Isa.Best.Run(ref both);
    }

    /// <summary>Both products of a tile, of panels of an LSTM's gates.</summary>
    private static void RunJoined(int rows, int next)
    {
        const int Units = Block.Size, Slots = 4;
        using var panels = new GatePanels(Isa.Best, [0, 1, 2, 3], Units, Units, Slots);
        using Slab x = Slab.Rent(rows * Units), a = Slab.Rent((rows + 1) * Block.Apart(1, Slots));
        var pass = new JoinedKernel { Product = panels.Product(ref x.Origin, Units, rows, ref a.Origin, 0, ref a.Origin) };
        pass.Product.NextPanel = next * sizeof(float);
        Isa.Best.Run(ref pass);
    }

    private ref struct JoinedKernel : IKernel
    {
        public Product Product;

        public readonly void Run<V>() where V : struct, ILanes<V> => JoinedTile.Rows<V>(
            in Product, in Product, ref Product.A, ref Product.B, ref Product.A, ref Product.B, ref Product.Init, ref Product.C, Product.Rows);
    }

    private static void Run(int rows, int width, int next)
    {
        int floats = width * Block.Size, row = floats * sizeof(float);
        using Slab a = Slab.Rent(rows * Block.Size), b = Slab.Rent(Depth * floats), c = Slab.Rent(rows * floats);
        var product = new Product
        {
            A = ref a.Origin,
            ARow = Block.Size * sizeof(float),
            AStep = sizeof(float),
            Rows = rows,
            Runs = 1,
            RunLength = Depth,
            B = ref b.Origin,
            BStep = row,
            BVector = Block.Size * sizeof(float),
            Vectors = width,
            PanelWidth = width,
            Init = ref c.Origin,
            InitRow = row,
            C = ref c.Origin,
            CRow = row,
            CVector = Block.Size * sizeof(float),
            NextPanel = next * sizeof(float),
        };
        Isa.Best.Run(ref product);
    }
}
