using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>R' da: of a matrix that the second-level cache does not hold, sections are summed apart and added in their order, whatever reads them in which order.</summary>
public sealed class SumsInSections
{
    /// <summary>Gates, units, depth: of 1.2 to 2.3 MiB; the last two have one sum, since they are small or very large.</summary>
    private static readonly (int Product, int Units, int Depth)[] Matrices = [(0, 570, 571), (1, 283, 275), (2, 330, 321), (4, 410, 409), (5, 600, 570), (1, 40, 35), (0, 1500, 1500)];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Matrices.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Have_the_bits_of_plain_loops(int index)
    {
        (int product, int units, int depth) = Matrices[index];
        (int[] gates, int firstSlot, int slots, int all) = PanelCase.Products[product];
        var c = new PanelCase(product, units, depth, 1, false, 0);
        int stride = Block.Pad(depth), aRow = Block.Apart(Block.Count(units), slots);
        bool hasSections = (long)gates.Length * Block.Pad(units) * stride is > 1 << 18 and <= 1 << 21;
        float[] w = c.Padded(1, all * units, depth);
        foreach (int rows in (int[])[1, 3, 9, 29, index == 0 ? 197 : 8])
        {
            float[] da = Numbers.Of(2, rows * aRow), init = Numbers.Of(3, rows * stride), expected = [.. init];
            for (int row = 0; row < rows; row++)
            {
                AddSections(c, w, da.AsSpan(row * aRow, aRow), expected.AsSpan(row * stride, stride), hasSections ? TermsOf(gates.Length, stride) : int.MaxValue);
            }

            foreach (int lanes in Numbers.Widths)
            {
                using var panels = new SlotPanels(Isa.Of(lanes), gates, units, depth, slots, firstSlot, isEveryStep: true);
                Assert.Equal(hasSections, panels.Sections > 1);
                panels.Pack(w, stride);
                foreach (bool backwards in (bool[])[false, true])
                {
                    float[] dx = new float[expected.Length], sums = Numbers.Of(4, panels.Sections * stride);
                    panels.Multiply(Isa.Of(lanes), ref da[0], rows, ref init[0], stride, ref dx[0], stride, backwards);
                    Bits.Equal($"{rows} rows, {lanes} lanes", expected, dx);
                    Array.Clear(dx);
                    Product some = panels.Product(ref da[0], rows, ref init[0], stride, ref dx[0], stride);
                    (some.Backwards, some.PanelsAreNear) = (backwards, backwards);
                    for (int first = 0, blocks = Block.Count(depth), end; first < blocks; first = end)
                    {
                        end = Math.Min(first == 0 ? 1 : first + 9, blocks); // as threads have them that share the columns: from within a panel, too
                        some.Run(Isa.Of(lanes), new(first, end));
                    }

                    Bits.Equal($"{rows} rows, some columns at a time, {lanes} lanes", expected, dx);
                    if (rows == 1)
                    {
                        init.CopyTo(dx, 0);
                        panels.AddFromRows(w, stride, ref da[0], ref dx[0], sums, backwards);
                        Bits.Equal($"from rows, {lanes} lanes", expected, dx);
                    }
                }
            }
        }
    }

    /// <summary>Terms of a section: whole blocks of units, of which 512 KiB hold as many, but 256 to 512 terms.</summary>
    private static int TermsOf(int gates, int stride)
    {
        int block = gates * Block.Size;
        return Math.Clamp((128 << 10) / (block * stride), 256 / block, 512 / block) * block;
    }

    private static void AddSections(PanelCase c, float[] w, ReadOnlySpan<float> da, Span<float> dx, int ofSection)
    {
        (int[] gates, int firstSlot, int slots, _) = PanelCase.Products[c.Product];
        int total = gates.Length * Block.Pad(c.Units), stride = dx.Length;
        var sum = new float[stride];
        for (int s = 0; s < total; s++)
        {
            // Block by block, slot by slot, lane by lane.
            int gate = s / Block.Size % gates.Length, unit = s / Block.Size / gates.Length * Block.Size + s % Block.Size;
            float a = da[c.Slot(unit, slots, firstSlot + gate)];
            if (s > 0 && s % ofSection == 0)
            {
                Add(sum, dx, isFirst: s == ofSection);
                sum.AsSpan().Clear();
            }
            else if (s == 0)
            {
                dx.CopyTo(sum);
            }

            for (int k = 0; k < stride; k++)
            {
                sum[k] = MathF.FusedMultiplyAdd(a, unit < c.Units ? w[(gates[gate] * c.Units + unit) * stride + k] : 0f, sum[k]);
            }
        }

        Add(sum, dx, isFirst: total <= ofSection);
    }

    /// <summary>The first section's sum goes on from what was there; the others are added.</summary>
    private static void Add(float[] sum, Span<float> dx, bool isFirst)
    {
        for (int k = 0; k < sum.Length; k++)
        {
            dx[k] = isFirst ? sum[k] : dx[k] + sum[k];
        }
    }
}
