using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.CodeFacts;

/// <summary>Products of every number of rows and every panel width that a tile may have.</summary>
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
