using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 1 at its root: every product has one accumulator for each output, k in order, fused, whatever the tiles and widths.</summary>
public sealed class GemmBits
{
    private const int Guard = 1000;

    // Rows past the block of 192 that stays in the cache, every height of a tile, every width of a panel, sums in several runs, lines of a next panel
    // asked for.
    private static readonly Gen<Case> Cases =
        from rows in Gen.Frequency((4, Gen.Choose(1, 25)), (1, Gen.Choose(190, 210)))
        from runs in Gen.Choose(1, 3)
        from length in Gen.Choose(0, 20)
        from vectors in Gen.Choose(1, 9)
        from panel in Gen.Choose(1, 4)
        from oneInit in Gen.Elements(true, false)
        from inPlace in Gen.Elements(true, false)
        from asks in Gen.Elements(true, false)
        from seed in Gen.Choose(1, 1_000_000)
        select new Case(rows, runs, length, vectors, panel, oneInit && !inPlace, inPlace, asks, seed);

    [Fact]
    public void A_product_has_the_bits_of_a_scalar_loop_at_every_width() => Problems.ForAll(Cases, 150, _ => [], c =>
    {
        int skip = 5, aRow = c.Runs * (c.Length + skip) + 3, depth = c.Runs * c.Length, step = c.Panel * Block.Size;
        int columns = c.Vectors * Block.Size, cRow = columns + Block.Size, panels = (c.Vectors + c.Panel - 1) / c.Panel;
        float[] a = Numbers.Of(c.Seed, c.Rows * aRow), b = Numbers.Of(c.Seed + 1, panels * Math.Max(1, depth) * step);
        float[] init = Numbers.Of(c.Seed + 2, c.Rows * cRow + Guard);
        float[] expected = [.. init];
        for (int row = 0; row < c.Rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float sum = init[(c.OneInit ? 0 : row * cRow) + column];
                for (int k = 0; k < depth; k++)
                {
                    float x = a[row * aRow + k / c.Length * (c.Length + skip) + k % c.Length];
                    sum = MathF.FusedMultiplyAdd(x, b[column / step * depth * step + k * step + column % step], sum);
                }

                expected[row * cRow + column] = sum;
            }
        }

        foreach (int lanes in Numbers.Widths)
        {
            float[] result = [.. init], from = c.InPlace ? result : init;
            var product = new Product
            {
                A = ref a[0],
                ARow = aRow * sizeof(float),
                AStep = sizeof(float),
                ARunSkip = skip * sizeof(float),
                Rows = c.Rows,
                Runs = c.Runs,
                RunLength = c.Length,
                B = ref b[0],
                BStep = step * sizeof(float),
                BVector = Block.Size * sizeof(float),
                BPanel = (nint)depth * step * sizeof(float),
                Vectors = c.Vectors,
                PanelWidth = c.Panel,
                Init = ref from[0],
                InitRow = c.OneInit ? 0 : cRow * sizeof(float),
                C = ref result[0],
                CRow = cRow * sizeof(float),
                CVector = Block.Size * sizeof(float),
                CPanel = step * sizeof(float),
                NextPanel = c.Asks ? (nint)depth * step * sizeof(float) : 0,
            };
            Isa.Of(lanes).Run(ref product);
            Bits.Equal($"{lanes} lanes", expected, result);
        }
    });

    /// <summary>Where the tiles of a panel ask for the next: in the order of the sweep, and at its end where the next one begins.</summary>
    [Theory]
    [InlineData(false, 0, 4, 0, false, 1000)]
    [InlineData(false, 3, 4, 0, false, 0)]
    [InlineData(false, 3, 4, 0, true, -3000)]
    [InlineData(false, 3, 4, 200, true, -2800)]
    [InlineData(true, 0, 4, 0, false, -1000)]
    [InlineData(true, 3, 4, 0, false, 0)]
    [InlineData(true, 3, 4, 200, true, 3200)]
    [InlineData(false, 0, 1, 200, true, 200)]
    public void The_next_panel_is_the_one_that_is_read_next(bool backwards, int i, int panels, int terms, bool goesOn, int expected)
    {
        var product = new Product { BPanel = 1000, Backwards = backwards };
        Assert.Equal(expected, NextLines.ToNextPanel(in product, i, panels, terms, goesOn));
    }

    private sealed record Case(int Rows, int Runs, int Length, int Vectors, int Panel, bool OneInit, bool InPlace, bool Asks, int Seed);
}
