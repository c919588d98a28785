using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>The instrument itself: it must be right to 1e-9, and must notice what is wrong.</summary>
public sealed class CentralDifferenceFacts
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(-2.5)]
    [InlineData(40)]
    public void Derivatives_of_smooth_functions_are_good_to_a_billionth(double at)
    {
        double[] x = [at];
        AssertRelative(Math.Cos(at), CentralDifference.Of(() => Math.Sin(x[0]), x, 0));
        AssertRelative(Math.Exp(at), CentralDifference.Of(() => Math.Exp(x[0]), x, 0));
        AssertRelative(3 * at * at, CentralDifference.Of(() => x[0] * x[0] * x[0] + 10, x, 0));
    }

    [Fact]
    public void A_steep_function_is_met_with_shorter_steps()
    {
        double[] x = [0.01];
        AssertRelative(300 * Math.Cos(3), CentralDifference.Of(() => Math.Sin(300 * x[0]), x, 0));
    }

    [Fact]
    public void A_kink_within_the_first_steps_is_stepped_round()
    {
        double[] x = [1e-4];
        AssertRelative(2, CentralDifference.Of(() => Math.Max(0, x[0]) + x[0], x, 0));
        x[0] = -1e-4;
        AssertRelative(1, CentralDifference.Of(() => Math.Max(0, x[0]) + x[0], x, 0));
    }

    [Fact]
    public void An_element_the_loss_does_not_read_has_derivative_zero()
    {
        double[] x = [1, 2];
        Assert.Equal(0, CentralDifference.Of(() => Math.Exp(x[0]), x, 1));
    }

    [Fact]
    public void A_loss_that_is_not_a_number_has_no_derivative()
    {
        double[] x = [1];
        Assert.Equal(double.NaN, CentralDifference.Of(() => double.NaN, x, 0));
    }

    [Fact]
    public void The_array_is_put_back_even_when_the_loss_throws()
    {
        double[] x = [0.1];
        CentralDifference.Of(() => x[0], x, 0);
        Assert.Equal(0.1, x[0]);
        Assert.Throws<InvalidOperationException>(() => CentralDifference.Of(() => throw new InvalidOperationException(), x, 0));
        Assert.Equal(0.1, x[0]);
    }

    [Fact]
    public void A_sample_is_distinct_ascending_deterministic_and_whole_when_small()
    {
        Assert.Equal([0, 1, 2], CentralDifference.Sample(3, 5));
        int[] sample = CentralDifference.Sample(64, 16);
        Assert.Equal(16, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
        Assert.Equal(sample, CentralDifference.Sample(64, 16));
        Assert.Equal(63, CentralDifference.Sample(64, 63).Length);
        Assert.True(sample.Select(index => index % 8).Distinct().Count() > 4, "samples meet many columns of a matrix");
    }

    [Fact]
    public void A_wrong_element_shows_relative_to_the_largest()
    {
        double[] x = [3, 4];
        SampledGradient gradient = CentralDifference.Gradient(() => x[0] * x[1], x);
        Assert.Equal([0, 1], gradient.Indices);
        Assert.True(gradient.WorstError([4f, 3f]) < 1e-9);
        Assert.Equal(0.25, gradient.WorstError([4f, 4f]), 1e-9);
        Assert.Equal(double.NaN, gradient.WorstError([4f, float.NaN]));
    }

    private static void AssertRelative(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-9 * Math.Abs(expected), $"expected {expected:R}, found {actual:R}");
}
