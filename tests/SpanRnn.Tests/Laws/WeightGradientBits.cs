using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Gradients of weights and biases against plain sums over the rows, in their order.</summary>
public sealed class WeightGradientBits
{
    [Fact]
    public void Weight_and_bias_gradients_have_the_bits_of_sums_in_the_order_of_the_rows() => Problems.ForAll(PanelCase.Any, 40, _ => [], Check);

    /// <summary>
    /// So large that the next rows of dW are asked for, or of more rows than are taken at a time, with columns of da copied because of its rows or because of dW's, or not at all.
    /// </summary>
    [Theory]
    [InlineData(1, 270, 130, 131, false)]
    [InlineData(1, 262, 50, 20, true)]
    [InlineData(2, 200, 400, 30, true)]
    [InlineData(0, 601, 130, 129, true)]
    [InlineData(4, 331, 100, 12, false)]
    [InlineData(1, 260, 20, 1100, true)]
    [InlineData(0, 40, 400, 600, false)]
    [InlineData(0, 40, 140, 600, false)]
    public void Large_gradients_have_them_too(int product, int units, int depth, int rows, bool add) => Check(new(product, units, depth, rows, add, Seed: 1));

    private static void Check(PanelCase c)
    {
        (int[] gates, int firstSlot, int slots, int all) = PanelCase.Products[c.Product];
        int stride = Block.Pad(c.Depth), aRow = Block.Apart(Block.Count(c.Units), slots);
        float[] x = c.Padded(c.Seed, c.Rows, c.Depth), da = Numbers.Of(c.Seed + 1, c.Rows * aRow), before = c.Padded(c.Seed + 2, all * c.Units, c.Depth);
        float[] expected = [.. before], sums = new float[aRow];
        for (int i = 0; i < gates.Length * c.Units * stride; i++)
        {
            int gate = i / stride / c.Units, unit = i / stride % c.Units, k = i % stride;
            ref float sum = ref expected[(gates[gate] * c.Units + unit) * stride + k];
            sum = c.Add ? sum : 0f;
            for (int row = 0; row < c.Rows; row++)
            {
                sum = MathF.FusedMultiplyAdd(da[row * aRow + c.Slot(unit, slots, firstSlot + gate)], x[row * stride + k], sum);
            }
        }

        for (int i = 0; i < c.Rows * aRow; i++)
        {
            sums[i % aRow] += da[i];
        }

        foreach (int lanes in Numbers.Widths)
        {
            float[] bias = new float[aRow];
            WeightGradient.ColumnSums(Isa.Of(lanes), ref da[0], aRow, aRow, c.Rows, ref bias[0], accumulate: false);
            Bits.Equal($"db, {lanes} lanes", sums, bias);
            foreach (CacheLevel keepsUp in Enum.GetValues<CacheLevel>())
            {
                float[] dw = [.. before];
                GradientRows whole = GradientRows.Of(ref dw[0], stride, c.Add);
                WeightGradient.Multiply(Isa.Of(lanes, keepsUp), ref da[0], slots, firstSlot, gates, c.Units, ref x[0], stride, c.Rows, whole);
                Bits.Equal($"dW, {lanes} lanes, {keepsUp}", expected, dw);
            }

            const float untouched = 7f;
            for (int together = 1; !c.Add && together <= 3; together++)
            {
                // What is read after is asked for where the third-level cache is far, and no more arenas than there is room for. Three blocks at a time: where it is near.
                Isa isa = Isa.Of(lanes, together < 3 ? CacheLevel.First : CacheLevel.Second);
                var after = new ReadsAfter();
                for (int arena = 0; arena < 2 * (together - 1); arena++)
                {
                    after.Add(before);
                }

                Assert.Equal(Math.Min(3, 2 * (together - 1)), after.Count);
                int count = Block.Count(c.Units) * gates.Length, floats = Block.Size * stride;
                for (int first = 0; first < count; first += together)
                {
                    var alone = new BlockRange(first, Math.Min(first + together, count));
                    float[] rows = [.. Enumerable.Repeat(untouched, alone.Count * floats)];
                    GradientRows place = GradientRows.AloneAt(ref rows[0], stride, alone, after);
                    WeightGradient.Multiply(isa, ref da[0], slots, firstSlot, gates, c.Units, ref x[0], stride, c.Rows, in place);
                    for (int block = first; block < alone.End; block++)
                    {
                        int unit = block / gates.Length * Block.Size, row = gates[block % gates.Length] * c.Units + unit;
                        int length = Math.Min(Block.Size, c.Units - unit) * stride;
                        Bits.Equal(
                            $"block {block} of dW, {together} at a time, {lanes} lanes", expected.AsSpan(row * stride, length),
                            rows.AsSpan((block - first) * floats, length));
                        Assert.False(rows.AsSpan((block - first) * floats + length, floats - length).ContainsAnyExcept(untouched));
                    }
                }
            }
        }
    }
}
