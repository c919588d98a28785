using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>Losses against numbers worked out by hand.</summary>
public sealed class TwinLossFacts
{
    // p = 1/6, 2/6, 3/6 and 3/6, 2/6, 1/6.
    private static readonly double[] Logits = [0, Math.Log(2), Math.Log(3), Math.Log(3), Math.Log(2), 0];

    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_probability() =>
        Assert.Equal((Math.Log(2) + Math.Log(3)) / 2, TwinLosses.CrossEntropy(Logits, 3, [2, 1]), 1e-15);

    [Fact]
    public void An_ignored_row_counts_neither_above_nor_below_the_line() =>
        Assert.Equal(Math.Log(3), TwinLosses.CrossEntropy(Logits, 3, [-1, 1], ignoreIndex: -1), 1e-15);

    [Fact]
    public void With_every_row_ignored_the_mean_is_not_a_number() =>
        Assert.Equal(double.NaN, TwinLosses.CrossEntropy(Logits, 3, [-100, -100]));

    [Fact]
    public void Label_smoothing_mixes_in_the_mean_over_the_classes()
    {
        double uniform = (Math.Log(6) + Math.Log(3) + Math.Log(2)) / 3;
        double expected = 0.9 * (Math.Log(2) + Math.Log(3)) / 2 + 0.1 * uniform;
        Assert.Equal(expected, TwinLosses.CrossEntropy(Logits, 3, [2, 1], smoothing: 0.1), 1e-15);
    }

    [Fact]
    public void Row_weights_make_a_weighted_mean() =>
        Assert.Equal((3 * Math.Log(2) + Math.Log(3)) / 4, TwinLosses.CrossEntropy(Logits, 3, [2, 1], weights: [3, 1]), 1e-15);

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        Assert.Equal(2000, TwinLosses.CrossEntropy([1000, -1000], 2, [1]));
        Assert.Equal(1000, TwinLosses.BinaryCrossEntropy([1000, -1000], [0, 1]));
        Assert.Equal(0, TwinLosses.BinaryCrossEntropy([1000, -1000], [1, 0]));
    }

    [Fact]
    public void Binary_cross_entropy_is_that_of_the_sigmoid()
    {
        const double p = 0.75, y = 0.25;
        double logit = Math.Log(p / (1 - p));
        Assert.Equal(-(y * Math.Log(p) + (1 - y) * Math.Log(1 - p)), TwinLosses.BinaryCrossEntropy([logit], [y]), 1e-15);
    }

    [Fact]
    public void Mean_squared_error_is_the_mean_of_the_squares() =>
        Assert.Equal((1.0 + 4 + 9 + 16) / 4, TwinLosses.MeanSquaredError([1, 2, 3, 4], [0, 0, 0, 0]));

    [Fact]
    public void A_mask_per_element_or_per_row_leaves_the_mean_of_what_is_valid()
    {
        Assert.Equal((1.0 + 9) / 2, TwinLosses.MeanSquaredError([1, 2, 3, 4], [0, 0, 0, 0], [1, 0, 1, 0]));
        Assert.Equal((9.0 + 16) / 2, TwinLosses.MeanSquaredError([1, 2, 3, 4], [0, 0, 0, 0], [0, 1]));
    }

    [Fact]
    public void Huber_is_quadratic_up_to_delta_and_linear_after() =>
        Assert.Equal((0.5 + 2 + 2 * (3 - 1)) / 3, TwinLosses.Huber([1, -2, 3], [0, 0, 0], delta: 2));

    [Fact]
    public void Dense_is_the_matrix_times_each_row_plus_the_bias() =>
        Assert.Equal([15, 31, 21, 45], TwinDense.Apply([1, 2, 3, 4], [10, 20], [1, 2, 3, 4], 2, 2, 2));

    [Fact]
    public void Embedding_copies_the_rows_of_the_tokens() =>
        Assert.Equal([5, 6, 1, 2, 5, 6], TwinEmbedding.Apply([1, 2, 3, 4, 5, 6], 2, [2, 0, 2]));
}
