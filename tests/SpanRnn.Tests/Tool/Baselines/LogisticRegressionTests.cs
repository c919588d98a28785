using SpanRnn.Parameters;
using SpanRnn.Tool.Baselines;
using Xunit;

namespace SpanRnn.Tests.Tool.Baselines;

public sealed class LogisticRegressionTests
{
    /// <summary>With the same row for all, only the bias matters: p is the part of label 1, whatever the penalty.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(10)]
    public void Without_a_difference_the_answer_is_the_part_of_the_class(double penalty)
    {
        SparseRow[] rows = [.. Enumerable.Repeat(new SparseRow([], []), 8)];
        LogisticRegression model = LogisticRegression.Fit(rows, [1, 0, 0, 1, 0, 0, 0, 0], 1, penalty, tolerance: 1e-10);
        Assert.Equal(0.25, model.Probability(rows[0]), 1e-8);
    }

    [Fact]
    public void The_minimum_has_no_slope_in_any_direction()
    {
        const int Rows = 40, Columns = 5;
        const double Penalty = 0.05;
        var random = new RandomStream(3);
        var rows = new SparseRow[Rows];
        var labels = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            rows[i] = new SparseRow([0, 1, 2, 3, 4], [.. Enumerable.Range(0, Columns).Select(_ => random.NextNormal())]);
            labels[i] = rows[i].Values[0] - rows[i].Values[3] + random.NextNormal() > 0 ? 1 : 0;
        }

        LogisticRegression model = LogisticRegression.Fit(rows, labels, Columns, Penalty, tolerance: 1e-9);
        double bias = LogOdds(new SparseRow([], []));
        double[] weights = [.. Enumerable.Range(0, Columns).Select(j => LogOdds(new SparseRow([j], [1])) - bias)];
        Assert.True(weights[0] > 0.3 && weights[3] < -0.3);
        for (int j = 0; j < Columns; j++)
        {
            double slope = Penalty * weights[j] + Enumerable.Range(0, Rows).Average(i => (model.Probability(rows[i]) - labels[i]) * rows[i].Values[j]);
            Assert.Equal(0, slope, 1e-8);
        }

        double LogOdds(SparseRow row) => Math.Log(model.Probability(row) / (1 - model.Probability(row)));
    }

    [Fact]
    public void Pairs_of_characters_are_rows_of_length_1_and_rare_ones_weigh_more()
    {
        var features = new PairFeatures(["ab", "ab", "ac"]);
        Assert.Equal(5, features.Columns);                             // start-a, ab, b-end, ac, c-end
        SparseRow row = features.Of("ac");
        Assert.Equal(1, row.Values.Sum(value => value * value), 1e-12);
        Assert.Equal([0, 3, 4], row.Columns);
        Assert.Equal((1 + Math.Log(4.0 / 2)) / 1, row.Values[1] / row.Values[0], 1e-12);
        Assert.Empty(features.Of("zz").Columns);
        double[] repeated = features.Of("abab").Values;                // start-a once; ab twice; b-end once; ba is not known
        Assert.Equal((1 + Math.Log(2)) * (1 + Math.Log(4.0 / 3)), repeated[1] / repeated[0], 1e-12);
    }

    [Fact]
    public void The_nearest_sentence_shares_the_rare_words()
    {
        var nearest = new NearestSentence([["the", "cat", "sat"], ["the", "dog", "ran"], ["the", "cat"]]);
        Assert.Equal(1, nearest.Find(["a", "dog"]));
        Assert.Equal(2, nearest.Find(["cat"]));
        Assert.Equal(0, nearest.Find(["unknown"]));
    }
}
