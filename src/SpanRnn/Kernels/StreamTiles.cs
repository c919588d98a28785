using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One of the products W x or R h over many rows, with weights that lie as a single step reads them: group by group.</summary>
/// <remarks>A tile is one block of a cell with gates, or up to four of one with a single gate: from one k to the next it skips the group's other blocks.</remarks>
internal ref struct StreamTiles<TWeight> where TWeight : struct, IWeight
{
    /// <summary>The rows that are multiplied, <see cref="XStride"/> floats apart; only <see cref="Depth"/> are read.</summary>
    public ref float X;

    public int XStride, Depth, Gates;

    /// <summary>Floats from one row of sums to the next, and from one vector of a tile to the next.</summary>
    public int Stride, Vector;

    /// <summary>A group's sums over this product, for some rows.</summary>
    /// <param name="weights">Where the group's weights of this product begin.</param>
    /// <param name="size">Blocks of the group.</param>
    /// <param name="member">The first block of the tile.</param>
    /// <param name="width">Blocks of the tile.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">What the sums of the tile's first vector and row start from.</param>
    /// <param name="initStride">Floats between rows of init: 0 for one row.</param>
    /// <param name="sums">Those of the tile's first vector and row; may be init.</param>
    public readonly void Multiply<V>(
        ref byte weights, int size, int member, int width, int row, int rows, ref float init, int initStride, ref float sums) where V : struct, ILanes<V>
    {
        int block = Gates * V.Width * TWeight.Bytes, vectors = width * Gates;
        var product = new Product
        {
            ARow = XStride * sizeof(float),
            AStep = sizeof(float),
            Runs = 1,
            RunLength = Depth,
            BStep = size * block,
            BVector = Block.Size * TWeight.Bytes,
            InitRow = initStride * sizeof(float),
            CRow = Stride * sizeof(float),
        };
        Gemm.Rows<V, TWeight>(
            in product, ref Unsafe.Add(ref X, (nint)row * XStride), ref Unsafe.Add(ref weights, member * block), ref init, ref sums, rows,
            Tallest<V>(vectors), vectors, Vector * sizeof(float), 0);
    }

    /// <summary>Rows of a tile so that its sums, its weights, which a smaller format must widen first, and a broadcast fit the registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Tallest<V>(int vectors) where V : struct, ILanes<V> =>
        V.Registers < 32 ? (vectors == 4 ? 2 : 3) : vectors == 4 ? 6 : 8;
}
