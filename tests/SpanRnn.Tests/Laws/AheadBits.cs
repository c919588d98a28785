using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>W x of steps ahead, computed beside the R h of others, has the bits of both apart.</summary>
public sealed class AheadBits
{
    // Gates of R and of W, R's first slot, and slots, as the cells have them: RNN, LSTM, GRU with reset after, with reset before; and a row of six beside a
    // tile of four, which no cell has.
    private static readonly (int[] Recurrent, int[] Input, int FirstSlot, int Slots)[] Cells =
        [([0], [0], 0, 1), ([0, 1, 2, 3], [0, 1, 2, 3], 0, 4), ([0, 1, 2], [2, 0, 1], 1, 4), ([0, 1], [0, 1, 2], 0, 3), ([0, 1, 2], [0, 1, 2, 3], 0, 4)];

    private static readonly Gen<Case> Cases =
        from cell in Gen.Choose(0, Cells.Length - 1)
        from blocks in Gen.Choose(1, 9)
        from inputs in Gen.Choose(1, 90)
        from backwards in Gen.Elements(true, false)
        from seed in Gen.Choose(1, 1_000_000)
        select new Case(cell, blocks, inputs, backwards, seed);

    [WideFact]
    public void Both_have_the_bits_of_each_alone()
    {
        int together = 0;
        Problems.ForAll(Cases, 120, _ => [], c =>
        {
            (int[] gatesOfR, int[] gatesOfW, int firstSlot, int slots) = Cells[c.Cell];
            int units = c.Blocks * Block.Size - c.Seed % Block.Size, xStride = Block.Pad(c.Inputs), hStride = Block.Pad(units), row = Block.Apart(c.Blocks, slots);
            Isa isa = Isa.Of(16);
            using var recurrent = new GatePanels(isa, gatesOfR, units, units, slots, firstSlot);
            using var input = new GatePanels(isa, gatesOfW, units, c.Inputs, slots);
            recurrent.Pack(Numbers.Of(c.Seed, gatesOfR.Length * units * hStride), hStride);
            input.Pack(Numbers.Of(c.Seed + 1, gatesOfW.Length * units * xStride), xStride);
            const int most = 6;
            float[] x = Numbers.Of(c.Seed + 2, most * xStride), h = Numbers.Of(c.Seed + 3, most * hStride), bias = Numbers.Of(c.Seed + 4, row);
            float[] before = Numbers.Of(c.Seed + 5, 2 * most * row), expected = [.. before], found = [.. before];
            int rows = AheadProduct.RowsFor(
                isa, recurrent.Product(ref h[0], hStride, 1, ref found[0], row, ref found[0]), input.Product(ref x[0], xStride, most, ref bias[0], 0, ref found[0]));
            if (rows == 0)
            {
                return; // panels that are not full
            }

            together++;
            int next = rows * row;
            input.Multiply(isa, ref x[0], xStride, rows, ref bias[0], 0, ref expected[next]);
            for (int turn = 0; turn < rows; turn++)
            {
                int a = turn * row;
                recurrent.Multiply(isa, ref h[turn * hStride], hStride, 1, ref expected[a], row, ref expected[a]);
                var both = new AheadProduct
                {
                    Row = recurrent.Product(ref h[turn * hStride], hStride, 1, ref found[a], row, ref found[a]),
                    Ahead = input.Product(ref x[0], xStride, rows, ref bias[0], 0, ref found[next]),
                    Turn = turn,
                    Turns = rows,
                };
                both.Row.Backwards = c.Backwards;
                isa.Run(ref both);
            }

            Bits.Equal($"{rows} rows", expected, found);
        });
        Assert.True(together > 20, $"Expected most cases to be computed together, found {together} of 120.");
    }

    /// <summary>
    /// Layers so large that it is worth it, and a length that leaves some steps over: forward and backward against narrow vectors, which compute all W x first.
    /// </summary>
    [Theory]
    [InlineData(LawCell.Rnn, 192, 23)]
    [InlineData(LawCell.Rnn, 192, 4)]
    [InlineData(LawCell.Lstm, 96, 23)]
    [InlineData(LawCell.Lstm, 96, 8)]
    [InlineData(LawCell.Lstm, 96, 24)]
    [InlineData(LawCell.LstmWithProjection, 256, 23)]
    [InlineData(LawCell.Gru, 128, 23)]
    [InlineData(LawCell.GruResetBefore, 160, 23)]
    public void A_sequence_has_the_bits_of_narrow_vectors(LawCell cell, int units, int steps)
    {
        Problem problem = Large(cell, units, steps);
        Bits.Equal("16 lanes", EngineRun.Of(problem, Isa.Of(4)), EngineRun.Of(problem, Isa.Of(16)));
    }

    private static Problem Large(LawCell cell, int units, int steps) => new(Problems.PlainStack(cell, 100, [units, units]), steps, Rows: 1, Seed: 7);

    private sealed record Case(int Cell, int Blocks, int Inputs, bool Backwards, int Seed);
}
