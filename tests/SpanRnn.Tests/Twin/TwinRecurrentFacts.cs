using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>What PyTorch's cases do not cover: by hand, or by two ways to say the same thing.</summary>
public sealed class TwinRecurrentFacts
{
    public static TheoryData<TwinCell> Cells => [.. Enum.GetValues<TwinCell>()];

    [Fact]
    public void A_reset_before_gru_of_one_unit_is_the_paper_by_hand()
    {
        TwinRecurrent stack = new(TwinCell.GruBefore, 1, [1]);
        Dictionary<string, double[]> weights = new()
        {
            ["weight_ih_l0"] = [0.5, -0.25, 0.75],
            ["weight_hh_l0"] = [-1, 0.5, 2],
            ["bias_ih_l0"] = [0.125, 0.25, -0.5],
            ["bias_hh_l0"] = [0.25, -0.125, 0.375],
        };
        const double x = 2, h = 0.5;
        double r = 1 / (1 + Math.Exp(-(0.5 * x + 0.125 - h + 0.25)));
        double z = 1 / (1 + Math.Exp(-(-0.25 * x + 0.25 + 0.5 * h - 0.125)));
        double n = Math.Tanh(0.75 * x - 0.5 + 2 * (r * h) + 0.375);

        TwinRun run = stack.Run(weights, new(1, 1, [x]) { H0 = [h] });

        Assert.Equal((1 - z) * n + z * h, run.Output[0], 1e-15);
        double after = (stack with { Cell = TwinCell.Gru }).Run(weights, new(1, 1, [x]) { H0 = [h] }).Output[0];
        Assert.True(Math.Abs(after - run.Output[0]) > 1e-3, "with b_hn the two resets differ");
    }

    // r * (R h) = R (r * h) where R is diagonal and its bias is 0.
    [Fact]
    public void Both_gru_resets_agree_when_the_candidate_matrix_is_diagonal()
    {
        TwinRecurrent stack = new(TwinCell.Gru, 3, [4]) { Bias = TwinBias.Single };
        (Dictionary<string, double[]> weights, TwinBatch batch) = Sample(stack);
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                weights["weight_hh_l0"][(8 + row) * 4 + column] *= row == column ? 1 : 0;
            }
        }

        AssertClose(stack.Run(weights, batch).Output, (stack with { Cell = TwinCell.GruBefore }).Run(weights, batch).Output);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void One_bias_is_two_with_a_zero_and_none_is_one_zero(TwinCell cell)
    {
        TwinRecurrent two = Stack(cell);
        (Dictionary<string, double[]> weights, TwinBatch batch) = Sample(two);
        Clear(weights, "bias_hh");
        Assert.Equal(two.Run(weights, batch).Output, (two with { Bias = TwinBias.Single }).Run(weights, batch).Output);
        Clear(weights, "bias_ih");
        Assert.Equal(two.Run(weights, batch).Output, (two with { Bias = TwinBias.None }).Run(weights, batch).Output);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_short_row_is_that_row_alone_and_zero_after_its_length(TwinCell cell)
    {
        TwinRecurrent stack = Stack(cell);
        (Dictionary<string, double[]> weights, TwinBatch batch) = Sample(stack);
        int width = stack.OutputWidth(1);
        for (int row = 0; row < 3; row++)
        {
            int length = 2 * row;
            TwinRun all = stack.Run(weights, batch with { Lengths = [0, 2, 4] });
            TwinRun alone = stack.Run(weights, Row(stack, batch, row, length));
            for (int t = 0; t < batch.Steps; t++)
            {
                double[] output = all.Output[((t * 3 + row) * width)..((t * 3 + row + 1) * width)];
                Assert.Equal(t < length ? alone.Output[(t * width)..((t + 1) * width)] : new double[width], output);
            }

            Assert.Equal(alone.HN, RowOf(all.HN, row, HiddenWidths(stack)));
            Assert.Equal(alone.CN, RowOf(all.CN, row, CellWidths(stack)));
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Length_zero_passes_the_initial_state_through(TwinCell cell)
    {
        TwinRecurrent stack = Stack(cell);
        (Dictionary<string, double[]> weights, TwinBatch batch) = Sample(stack);
        TwinRun run = stack.Run(weights, batch with { Lengths = [0, 0, 0] });
        Assert.Equal(batch.H0!, run.HN);
        Assert.Equal(batch.C0 ?? [], run.CN);
        Assert.All(run.Output, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_mask_multiplies_what_the_next_layer_reads_and_nothing_else()
    {
        TwinRecurrent stack = Stack(TwinCell.Lstm), first = stack with { Hidden = [4] };
        TwinRecurrent second = stack with { Inputs = stack.OutputWidth(0), Hidden = [5] };
        (Dictionary<string, double[]> weights, TwinBatch batch) = Sample(stack);
        double[] mask = [.. TwinRandom.Values(9, batch.Steps * 3 * stack.OutputWidth(0)).Select(value => value > 0 ? 2.0 : 0.0)];
        batch = batch with { H0 = null, C0 = null };

        TwinRun run = stack.Run(weights, batch with { Masks = [mask] });

        TwinRun below = first.Run(weights, batch);
        double[] masked = [.. below.Output.Select((value, k) => value * mask[k])];
        TwinRun above = second.Run(Renumbered(weights), batch with { X = masked });
        Assert.Equal(above.Output, run.Output);
        Assert.Equal([.. below.HN, .. above.HN], run.HN);
    }

    // Two layers of different widths in both directions.
    private static TwinRecurrent Stack(TwinCell cell) => new(cell, 3, [4, 5]) { Bidirectional = true };

    private static (Dictionary<string, double[]> Weights, TwinBatch Batch) Sample(TwinRecurrent stack)
    {
        TwinBatch batch = new(5, 3, TwinRandom.Values(1, 5 * 3 * stack.Inputs))
        {
            H0 = TwinRandom.Values(2, stack.HiddenStateCount(3)),
            C0 = stack.CellStateCount(3) > 0 ? TwinRandom.Values(3, stack.CellStateCount(3)) : null,
        };
        return (TwinRandom.Weights(4, stack.Shapes()), batch);
    }

    private static TwinBatch Row(TwinRecurrent stack, TwinBatch batch, int row, int steps) =>
        new(steps, 1, [.. Enumerable.Range(0, steps).SelectMany(t => batch.X.Skip((t * 3 + row) * stack.Inputs).Take(stack.Inputs))])
        {
            H0 = RowOf(batch.H0!, row, HiddenWidths(stack)),
            C0 = batch.C0 is null ? null : RowOf(batch.C0, row, CellWidths(stack)),
        };

    // The states of one of three rows, out of the blocks [3, width] of every layer and direction.
    private static double[] RowOf(double[] states, int row, int[] widths)
    {
        List<double> values = [];
        int at = 0;
        foreach (int width in states.Length == 0 ? [] : widths)
        {
            values.AddRange(states[(at + row * width)..(at + (row + 1) * width)]);
            at += 3 * width;
        }

        return [.. values];
    }

    private static int[] HiddenWidths(TwinRecurrent stack) =>
        [.. Enumerable.Range(0, stack.Layers).SelectMany(l => Enumerable.Repeat(stack.StateWidth(l), stack.Directions))];

    private static int[] CellWidths(TwinRecurrent stack) =>
        [.. stack.Hidden.SelectMany(width => Enumerable.Repeat(width, stack.Directions))];

    private static Dictionary<string, double[]> Renumbered(Dictionary<string, double[]> weights) =>
        weights.Where(pair => pair.Key.Contains("_l1", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key.Replace("_l1", "_l0", StringComparison.Ordinal), pair => pair.Value);

    private static void Clear(Dictionary<string, double[]> weights, string prefix)
    {
        foreach (double[] values in weights.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => pair.Value))
        {
            Array.Clear(values);
        }
    }

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
}
