using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Gradients of weights and biases: sums over rows of da, in the order of the rows.</summary>
internal static class WeightGradient
{
    /// <summary>Floats of dW that stay in a near cache beside all rows of x, if there are no more than <see cref="RowsOfGradient.Chunk"/>, and beside a chunk of more: 64 and 256 KiB.</summary>
    private const int FewFloats = 16 << 10, ManyFloats = 64 << 10;

    /// <summary>
    /// Rows of x up to which it pays to ask for what is read after (400 gain 3 %): of 1600, it is less of the work, and for many blocks together the second-level cache has less room.
    /// </summary>
    private const int MostRowsToAsk = 2 * RowsOfGradient.Chunk;

    /// <summary>
    /// How many blocks of dW are computed together where each is used at once: few, so that they stay near; of more rows of x than a near cache holds, more of them, so
    /// that x is read seldom.
    /// </summary>
    /// <param name="rows">Of x.</param>
    /// <param name="stride">Floats from one row of dW to the next.</param>
    /// <param name="most">How many there are.</param>
    public static int BlocksTogether(int rows, int stride, int most) =>
        Math.Clamp((rows <= RowsOfGradient.Chunk ? FewFloats : ManyFloats) / (Block.Size * stride), 1, Math.Max(1, most));

    /// <summary>dW += da' x over rows (or dW = da' x), one product for all steps and batch rows.</summary>
    /// <param name="isa">The width.</param>
    /// <param name="da">The first row of da (slot 0), <see cref="Block.Apart"/> from the next.</param>
    /// <param name="slots">Vectors of each block in a row of da.</param>
    /// <param name="firstSlot">The slot of the first gate.</param>
    /// <param name="gates">Which blocks of H rows of dW, in the order of their slots.</param>
    /// <param name="units">H.</param>
    /// <param name="x">The first row of x, readable to whole blocks.</param>
    /// <param name="xStride">Floats between rows of x.</param>
    /// <param name="rows">How many rows of da and x.</param>
    /// <param name="dw">Rows of dW: in parts, of which each has whole blocks of units' gates.</param>
    public static void Multiply(
        Isa isa, ref float da, int slots, int firstSlot, ReadOnlySpan<int> gates, int units, ref float x, int xStride, int rows, in GradientRows dw)
    {
        BlockRange tasks = dw.BlocksOf(Block.Count(units) * gates.Length);
        var gradient = new RowsOfGradient
        {
            DA = ref da,
            DAStride = Block.Apart(Block.Count(units), slots),
            Slots = slots,
            FirstSlot = firstSlot,
            Gates = gates,
            Units = units,
            X = ref x,
            XStride = xStride,
            Rows = rows,
            DW = dw,
            First = tasks.First,
            End = tasks.End,
            TakesLongChunks = isa.KeepsUp == CacheLevel.Second, // on AMD's family 25, whose first level is smaller, not measured
        };
        if (rows > MostRowsToAsk || !isa.HasFarThirdLevel)
        {
            gradient.DW.After = default;
        }

        isa.Run(ref gradient);
    }

    /// <summary>The sum of each of some columns over rows, <paramref name="stride"/> floats apart: 1' da, as a product; of a part of the columns, if there are several.</summary>
    public static void ColumnSums(
        Isa isa, ref float da, int columns, int stride, int rows, ref float sums, bool accumulate = false, int part = 0, int parts = 1)
    {
        var product = new Product
        {
            A = ref Zeros.One,
            Rows = 1,
            Runs = 1,
            RunLength = rows,
            B = ref da,
            BStep = stride * sizeof(float),
            BVector = Block.Size * sizeof(float),
            BPanel = 4 * Block.Size * sizeof(float),
            Vectors = columns / Block.Size,
            PanelWidth = 4,
            Init = ref accumulate ? ref sums : ref Zeros.Row(columns),
            C = ref sums,
            CVector = Block.Size * sizeof(float),
            CPanel = 4 * Block.Size * sizeof(float),
            BlocksOfPanel = 4,
        };
        product.Run(isa, BlockRange.Part(columns / Block.Size, part, parts));
    }
}
