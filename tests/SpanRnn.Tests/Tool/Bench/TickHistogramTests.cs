using SpanRnn.Tool.Bench.Timing;
using Xunit;

namespace SpanRnn.Tests.Tool.Bench;

/// <summary>Percentiles of known durations.</summary>
public sealed class TickHistogramTests
{
    [Fact]
    public void One_to_a_thousand_have_their_own_numbers_as_percentiles()
    {
        var counts = new TickHistogram();
        uint[] ticks = [.. Enumerable.Range(1, 1000).Select(i => (uint)i)];
        new Random(1).Shuffle(ticks);
        counts.Add(ticks.AsSpan(0, 300));
        counts.Add(ticks.AsSpan(300));
        Assert.Equal(1000, counts.Count);
        Assert.Equal([1u, 500, 990, 999, 1000], new[] { 0, 0.5, 0.99, 0.999, 1 }.Select(counts.At));
        Assert.Equal(501u, counts.At(0.5001)); // half of them, and one more
        Assert.Equal(1000u, counts.Longest);
    }

    [Fact]
    public void Few_durations_have_the_nearest_rank()
    {
        var counts = new TickHistogram();
        Assert.Equal(0u, counts.At(0.5));
        counts.Add([7]);
        Assert.Equal([7u, 7, 7], new[] { 0, 0.5, 0.999 }.Select(counts.At));
        counts.Add([900]);
        Assert.Equal([7u, 7, 900, 900], new[] { 0.1, 0.5, 0.51, 0.999 }.Select(counts.At));
    }

    [Fact]
    public void Long_durations_are_within_a_thousandth_and_never_above_the_longest()
    {
        var random = new Random(2);
        for (int run = 0; run < 20; run++)
        {
            var counts = new TickHistogram();
            uint[] ticks = [.. Enumerable.Range(0, 2001).Select(_ => (uint)Math.Pow(2, random.NextDouble() * 32))];
            counts.Add(ticks);
            Array.Sort(ticks);
            foreach (double part in new[] { 0.01, 0.25, 0.5, 0.9, 0.99, 0.999 })
            {
                uint exact = ticks[(int)Math.Ceiling(part * ticks.Length) - 1], found = counts.At(part);
                Assert.InRange(found, exact, exact + (exact >> 10));
            }

            Assert.Equal(ticks[^1], counts.At(1));
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2047u)]
    [InlineData(2048u)]
    [InlineData(2049u)]
    [InlineData(4095u)]
    [InlineData(4096u)]
    [InlineData(uint.MaxValue - 1)]
    [InlineData(uint.MaxValue)]
    public void Where_the_counting_becomes_coarser_nothing_is_lost(uint ticks)
    {
        var counts = new TickHistogram();
        counts.Add([ticks, ticks, uint.MaxValue]);
        Assert.InRange(counts.At(0.5), ticks, (uint)Math.Min(uint.MaxValue, ticks + (long)(ticks >> 10)));
        Assert.Equal(uint.MaxValue, counts.Longest);
    }
}
