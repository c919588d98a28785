using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.CodeFacts;

/// <summary>Products of every number of rows and every panel width that a tile may have, and a row beside each tile that is computed ahead.</summary>
internal static class Tiles
{
    private const int Depth = 4;

    public static void Run()
    {
        for (int width = 1; width <= 4; width++)
        {
            for (int rows = 1; rows <= 8; rows++)
            {
                Run(rows, width);
            }
        }

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

    private static void Run(int rows, int width)
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
        };
        Isa.Best.Run(ref product);
    }
}
