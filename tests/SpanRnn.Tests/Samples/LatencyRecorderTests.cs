extern alias audio;

using System.Diagnostics;
using audio::SpanRnn.Samples;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>What samples report their times with.</summary>
public sealed class LatencyRecorderTests
{
    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        var times = new LatencyRecorder(1000);
        foreach (int i in Enumerable.Range(1, 1000).OrderBy(i => i * 7919 % 1009))
        {
            times.AddTicks(Microseconds(i));
        }

        Assert.Equal((500, 990, 999, 1000), (Time(times, 0.5), Time(times, 0.99), Time(times, 0.999), Time(times, 1)));
        Assert.Equal((1, 1), (Time(times, 0), Time(times, 0.0005)));
        Assert.Equal(10, times.CountAbove(990.5));
        Assert.Equal(500.5, times.Total.TotalMilliseconds, 0.01);
        Assert.Equal("p50 500 us, p99 990 us, p99.9 999 us, worst 1 ms", times.ToString());
    }

    [Fact]
    public void Times_beyond_the_capacity_are_counted_and_nothing_is_allocated()
    {
        var times = new LatencyRecorder(3);
        Assert.True(double.IsNaN(times.Microseconds(0.5)));
        for (int i = 0; i < 5; i++)
        {
            times.AddTicks(Microseconds(10));
        }

        Assert.Equal((3, 2L), (times.Count, times.Dropped));
        Assert.Equal(0, Allocations.Of(() =>
        {
            times.Clear();
            times.Add(Stopwatch.GetTimestamp());
        }));
        Assert.Equal((1, 0L), (times.Count, times.Dropped));
    }

    private static long Microseconds(int count) => count * Stopwatch.Frequency / 1_000_000;

    private static int Time(LatencyRecorder times, double share) => (int)Math.Round(times.Microseconds(share));
}
