using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>C = A B or C += A B for matrices of plain rows: the products of attention, one small one for each sequence.</summary>
internal static class SequenceProduct
{
    /// <summary>Vectors of a panel: with 3 a tile can have 8 rows.</summary>
    private const int PanelWidth = 3;

    /// <summary>c[m, n] = (c[m, n] +) sum over k, in order, of a[m, k] b[k, n].</summary>
    /// <param name="isa">The width.</param>
    /// <param name="a">Its element (m, k) lies at m <paramref name="aRow"/> + k <paramref name="aStep"/>: a matrix or its transpose.</param>
    /// <param name="aRow">Floats from one m to the next.</param>
    /// <param name="aStep">Floats from one k to the next.</param>
    /// <param name="rows">How many m.</param>
    /// <param name="depth">How many k; 0 gives zeros.</param>
    /// <param name="b">Rows of whole blocks.</param>
    /// <param name="bStride">Floats from one row of b to the next.</param>
    /// <param name="columns">How many n; whole blocks are computed.</param>
    /// <param name="c">Rows of whole blocks.</param>
    /// <param name="cStride">Floats from one row of c to the next.</param>
    /// <param name="accumulate">Whether to add to what c holds.</param>
    public static void Multiply(
        Isa isa, ref float a, int aRow, int aStep, int rows, int depth, ref float b, int bStride, int columns, ref float c, int cStride,
        bool accumulate = false)
    {
        const int block = Block.Size * sizeof(float);
        var product = new Product
        {
            A = ref a,
            ARow = aRow * sizeof(float),
            AStep = aStep * sizeof(float),
            Rows = rows,
            Runs = 1,
            RunLength = depth,
            B = ref b,
            BStep = bStride * sizeof(float),
            BVector = block,
            BPanel = PanelWidth * block,
            Vectors = Block.Count(columns),
            PanelWidth = PanelWidth,
            Init = ref accumulate ? ref c : ref Zeros.Row(Block.Pad(columns)),
            InitRow = accumulate ? cStride * sizeof(float) : 0,
            C = ref c,
            CRow = cStride * sizeof(float),
            CVector = block,
            CPanel = PanelWidth * block,
        };
        isa.Run(ref product);
    }
}
