using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Packed weights against plain loops over the unpacked ones, in the order that the kernels promise.</summary>
public sealed class PanelBits
{
    [Fact]
    public void Pre_activations_have_the_bits_of_a_plain_loop_over_the_weights() => Problems.ForAll(PanelCase.Any, 40, _ => [], c =>
    {
        (int[] gates, int firstSlot, int slots, int all) = PanelCase.Products[c.Product];
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
            untouched.CopyTo(a, 0);
            panels.MultiplyOnce(w, stride, Numbers.Of(c.Seed + 4, panels.NearFloats), ref x[0], stride, c.Rows, ref init[0], initStride, ref a[0]);
            Bits.Equal($"a from rows, {lanes} lanes", expected, a);
            untouched.CopyTo(a, 0);
            float[] elsewhere = Numbers.Of(c.Seed + 5, panels.Floats);
            panels.PackInto(elsewhere, w, stride);
            Product product = panels.Product(ref x[0], stride, c.Rows, ref init[0], initStride, ref a[0]);
            product.B = ref elsewhere[0];
            Isa.Of(lanes).Run(ref product);
            Bits.Equal($"a from panels elsewhere, {lanes} lanes", expected, a);
        }
    });

    [Fact]
    public void Input_gradients_have_the_bits_of_a_plain_loop_over_the_transposed_weights() => Problems.ForAll(PanelCase.Any, 40, _ => [], c =>
    {
        (int[] gates, int firstSlot, int slots, int all) = PanelCase.Products[c.Product];
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
            int blocks = Block.Count(c.Units);
            for (int together = 1; together <= Math.Min(blocks, 3); together++)
            {
                Array.Clear(dx);
                float[] near = Numbers.Of(c.Seed + 4, panels.FloatsOf(together));
                for (int first = 0; first < blocks; first += together)
                {
                    ref float from = ref first == 0 ? ref init[0] : ref dx[0];
                    panels.MultiplyOnce(
                        w, stride, near, new(first, Math.Min(first + together, blocks)), ref da[0], c.Rows, ref from, first == 0 ? initStride : stride, ref dx[0], stride);
                }

                Bits.Equal($"dx from rows, {together} blocks at a time, {lanes} lanes", expected, dx);
            }

        }
    });

    /// <summary>Of more terms than are done in one go, and more rows than one tile.</summary>
    [Theory]
    [InlineData(1100, 30)]
    [InlineData(1100, 1)]
    [InlineData(127, 7)]
    [InlineData(128, 8)]
    [InlineData(129, 1)]
    [InlineData(256, 6)]
    [InlineData(300, 200)]
    public void Deep_products_have_the_bits_of_packed_ones(int depth, int rows)
    {
        const int units = 40;
        foreach ((int[] gates, int firstSlot, int slots, int all) in PanelCase.Products)
        {
            int stride = Block.Pad(depth), aRow = Block.Apart(Block.Count(units), slots);
            float[] w = Numbers.Of(1, all * units * stride), x = Numbers.Of(2, rows * stride), init = Numbers.Of(3, aRow), expected = new float[rows * aRow];
            foreach (int lanes in Numbers.Widths)
            {
                using var panels = new GatePanels(Isa.Of(lanes), gates, units, depth, slots, firstSlot);
                panels.Pack(w, stride);
                panels.Multiply(Isa.Of(lanes), ref x[0], stride, rows, ref init[0], 0, ref expected[0]);
                float[] a = new float[expected.Length], near = Numbers.Of(4, panels.NearFloats);
                panels.MultiplyOnce(w, stride, near, ref x[0], stride, rows, ref init[0], 0, ref a[0]);
                Bits.Equal($"{string.Join(' ', gates)}, {lanes} lanes", expected, a);
            }
        }
    }

    /// <summary>Squares of several gates beside each other, columns and units that are left over, taken over in parts.</summary>
    [Theory]
    [InlineData(1, 736, 720, 1)]
    [InlineData(1, 730, 720, 3)]
    [InlineData(4, 363, 365, 1)]
    [InlineData(4, 363, 365, 3)]
    [InlineData(3, 420, 421, 2)]
    public void Panels_that_are_written_past_the_caches_have_the_same_bits(int gates, int units, int depth, int parts)
    {
        Assert.True(gates * units * depth >= Block.FarFloats);
        int stride = Block.Pad(depth), blocks = Block.Count(units), floats = gates * Block.Pad(units);
        int[] all = [.. Enumerable.Range(0, gates)];
        float[] w = new PanelCase(0, units, depth, 1, false, 0).Padded(1, gates * units, depth);
        float[] x = Numbers.Of(2, stride), da = Numbers.Of(3, floats), zeros = new float[Math.Max(stride, floats)], a = new float[floats], dx = new float[stride];
        for (int i = 0; i < floats; i++)
        {
            // Block by block, gate by gate, unit by unit.
            int gate = i / Block.Size % gates, unit = i / Block.Size / gates * Block.Size + i % Block.Size;
            if (unit >= units)
            {
                da[i] = 0f;
                continue;
            }

            ReadOnlySpan<float> row = w.AsSpan((gate * units + unit) * stride, depth);
            for (int k = 0; k < depth; k++)
            {
                a[i] = MathF.FusedMultiplyAdd(x[k], row[k], a[i]);
                dx[k] = MathF.FusedMultiplyAdd(da[i], row[k], dx[k]);
            }
        }

        foreach (int lanes in Numbers.Widths)
        {
            using var forward = new GatePanels(Isa.Of(lanes), all, units, depth, gates);
            using var back = new SlotPanels(Isa.Of(lanes), all, units, depth, gates);
            for (int part = 0; part < parts; part++)
            {
                forward.Pack(w, stride, BlockRange.Part(blocks, part, parts));
                back.Pack(w, stride, BlockRange.Part(blocks, part, parts));
            }

            float[] foundA = new float[floats], foundDx = new float[stride];
            forward.Multiply(Isa.Of(lanes), ref x[0], stride, 1, ref zeros[0], 0, ref foundA[0]);
            back.Multiply(Isa.Of(lanes), ref da[0], 1, ref zeros[0], 0, ref foundDx[0], stride);
            Bits.Equal($"a, {lanes} lanes", a, foundA);
            Bits.Equal($"dx, {lanes} lanes", dx, foundDx);
        }
    }
}
