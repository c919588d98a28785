using SpanRnn.Models;
using Xunit;

namespace SpanRnn.Tests.Models;

public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [0f, 2f, -1f, 2f, 1f, float.NegativeInfinity];

    [Theory]
    [InlineData(0, 1.0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(3, 1.0, new[] { 1, 3, 4 })]
    [InlineData(1, 1.0, new[] { 1 })]
    [InlineData(0, 0.3, new[] { 1 })]
    [InlineData(0, 0.7, new[] { 1, 3 })]
    [InlineData(0, 0.9, new[] { 1, 3, 4 })]
    [InlineData(2, 0.99, new[] { 1, 3 })]
    [InlineData(99, 1.0, new[] { 0, 1, 2, 3, 4 })]
    public void Only_the_likeliest_are_drawn_each_as_often_as_it_should_be(int topK, double topP, int[] expected)
    {
        const int draws = 20_000;
        var sampler = new TokenSampler(1, seed: 3, topK, topP);
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < draws; i++)
        {
            counts[sampler.Sample(Logits)]++;
        }

        double sum = expected.Sum(token => Math.Exp(Logits[token]));
        Assert.Equal(expected, Enumerable.Range(0, counts.Length).Where(token => counts[token] > 0));
        Assert.All(expected, token => Assert.Equal(Math.Exp(Logits[token]) / sum, counts[token] / (double)draws, 0.015));
    }

    [Fact]
    public void Numbers_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(topK: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(topP: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(topP: double.NaN));
        Assert.Throws<ArgumentException>(() => new TokenSampler().Sample([1f, float.NaN]));
        Assert.Throws<ArgumentException>(() => new TokenSampler().Sample([]));
    }
}
