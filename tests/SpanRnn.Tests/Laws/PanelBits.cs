using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Packed weights and weight gradients against plain loops over the unpacked ones, in the order that the kernels promise.</summary>
public sealed class PanelBits
{
    // Every cell's products: which gates go to which slots. The numbers are the gates of G x H rows.
    private static readonly (int[] Gates, int FirstSlot, int Slots, int AllGates)[] Products =
        [([0], 0, 1, 1), ([0, 1, 2, 3], 0, 4, 4), ([2, 0, 1], 0, 4, 3), ([0, 1, 2], 1, 4, 3), ([0, 1], 0, 3, 3), ([2], 2, 3, 3)];

    private static readonly Gen<Case> Cases =
        from product in Gen.Choose(0, Products.Length - 1)
        from units in Gen.Choose(1, 70)
        from depth in Gen.Choose(1, 70)
        from rows in Gen.Frequency((9, Gen.Choose(1, 20)), (1, Gen.Choose(250, 262)))
        from add in Gen.Elements(true, false)
        from seed in Gen.Choose(1, 1_000_000)
        select new Case(product, units, depth, rows, add, seed);

    [Fact]
    public void Pre_activations_have_the_bits_of_a_plain_loop_over_the_weights() => Problems.ForAll(Cases, 40, _ => [], c =>
    {
        (int[] gates, int firstSlot, int slots, int all) = Products[c.Product];
        int stride = Block.Pad(c.Depth), aRow = Block.Apart(Block.Count(c.Units), slots), initStride = c.Add ? aRow : 0;
        float[] w = c.Padded(c.Seed, all * c.Units, c.Depth), x = c.Padded(c.Seed + 1, c.Rows, c.Depth), init = Numbers.Of(c.Seed + 2, c.Rows * aRow);
        float[] untouched = Numbers.Of(c.Seed + 3, c.Rows * aRow), expected = [.. untouched];
        for (int row = 0; row < c.Rows; row++)
        {
            for (int i = 0; i < gates.Length * Block.Pad(c.Units); i++)
            {
                (int gate, int unit) = (i / Block.Pad(c.Units), i % Block.Pad(c.Units));
                int at = c.Slot(unit, slots, firstSlot + gate);
                float sum = init[row * initStride + at];
                for (int k = 0; k < c.Depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(x[row * stride + k], unit < c.Units ? w[(gates[gate] * c.Units + unit) * stride + k] : 0f, sum);
                }

                expected[row * aRow + at] = sum;
            }
        }

        foreach (int lanes in Numbers.Widths)
        {
            using var panels = new GatePanels(Isa.Of(lanes), gates, c.Units, c.Depth, slots, firstSlot);
            panels.Pack(w, stride);
            float[] a = [.. untouched];
            panels.Multiply(Isa.Of(lanes), ref x[0], stride, c.Rows, ref init[0], initStride, ref a[0]);
            Bits.Equal($"a, {lanes} lanes", expected, a);
        }
    });

    [Fact]
    public void Input_gradients_have_the_bits_of_a_plain_loop_over_the_transposed_weights() => Problems.ForAll(Cases, 40, _ => [], c =>
    {
        (int[] gates, int firstSlot, int slots, int all) = Products[c.Product];
        int stride = Block.Pad(c.Depth), aRow = Block.Apart(Block.Count(c.Units), slots), initStride = c.Add ? stride : 0;
        float[] w = c.Padded(c.Seed, all * c.Units, c.Depth), da = Numbers.Of(c.Seed + 1, c.Rows * aRow), init = Numbers.Of(c.Seed + 2, c.Rows * stride);
        float[] expected = new float[c.Rows * stride];
        for (int i = 0; i < expected.Length; i++)
        {
            int row = i / stride, k = i % stride;
            float sum = init[row * initStride + k];
            for (int s = 0; s < gates.Length * Block.Pad(c.Units); s++)
            {
                // Block by block, slot by slot, lane by lane.
                int gate = s / Block.Size % gates.Length, unit = s / Block.Size / gates.Length * Block.Size + s % Block.Size;
                float weight = unit < c.Units ? w[(gates[gate] * c.Units + unit) * stride + k] : 0f;
                sum = MathF.FusedMultiplyAdd(da[row * aRow + c.Slot(unit, slots, firstSlot + gate)], weight, sum);
            }

            expected[i] = sum;
        }

        foreach (int lanes in Numbers.Widths)
        {
            using var panels = new SlotPanels(Isa.Of(lanes), gates, c.Units, c.Depth, slots, firstSlot);
            panels.Pack(w, stride);
            float[] dx = new float[expected.Length];
            panels.Multiply(Isa.Of(lanes), ref da[0], c.Rows, ref init[0], initStride, ref dx[0], stride);
            Bits.Equal($"dx, {lanes} lanes", expected, dx);
        }
    });

    [Fact]
    public void Weight_and_bias_gradients_have_the_bits_of_sums_in_the_order_of_the_rows() => Problems.ForAll(Cases, 40, _ => [], c =>
    {
        (int[] gates, int firstSlot, int slots, int all) = Products[c.Product];
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
            float[] dw = [.. before], bias = new float[aRow];
            WeightGradient.Multiply(Isa.Of(lanes), ref da[0], slots, firstSlot, gates, c.Units, ref x[0], stride, c.Rows, ref dw[0], stride, c.Add);
            WeightGradient.ColumnSums(Isa.Of(lanes), ref da[0], aRow, aRow, c.Rows, ref bias[0], accumulate: false);
            Bits.Equal($"dW, {lanes} lanes", expected, dw);
            Bits.Equal($"db, {lanes} lanes", sums, bias);
        }
    });

    [Fact]
    public void Panels_that_are_written_past_the_caches_have_the_same_bits()
    {
        const int units = 736, depth = 720;
        Assert.True(units * depth >= Block.FarFloats);
        float[] w = Numbers.Of(1, units * depth), x = Numbers.Of(2, depth), da = Numbers.Of(3, units), zeros = new float[units];
        float[] a = new float[units], dx = new float[depth];
        for (int unit = 0; unit < units; unit++)
        {
            for (int k = 0; k < depth; k++)
            {
                a[unit] = MathF.FusedMultiplyAdd(x[k], w[unit * depth + k], a[unit]);
                dx[k] = MathF.FusedMultiplyAdd(da[unit], w[unit * depth + k], dx[k]);
            }
        }

        foreach (int lanes in Numbers.Widths)
        {
            using var forward = new GatePanels(Isa.Of(lanes), [0], units, depth);
            using var back = new SlotPanels(Isa.Of(lanes), [0], units, depth);
            forward.Pack(w, depth);
            back.Pack(w, depth);
            float[] foundA = new float[units], foundDx = new float[depth];
            forward.Multiply(Isa.Of(lanes), ref x[0], depth, 1, ref zeros[0], 0, ref foundA[0]);
            back.Multiply(Isa.Of(lanes), ref da[0], 1, ref zeros[0], 0, ref foundDx[0], depth);
            Bits.Equal($"a, {lanes} lanes", a, foundA);
            Bits.Equal($"dx, {lanes} lanes", dx, foundDx);
        }
    }

    private sealed record Case(int Product, int Units, int Depth, int Rows, bool Add, int Seed)
    {
        public int Slot(int unit, int slots, int slot) => (unit / Block.Size * slots + slot) * Block.Size + unit % Block.Size;

        /// <summary>A matrix whose rows are whole blocks, the padding zero.</summary>
        public float[] Padded(int seed, int rows, int columns)
        {
            float[] values = Numbers.Of(seed, rows * Block.Pad(columns));
            for (int row = 0; row < rows; row++)
            {
                values.AsSpan(row * Block.Pad(columns) + columns, Block.Pad(columns) - columns).Clear();
            }

            return values;
        }
    }
}
