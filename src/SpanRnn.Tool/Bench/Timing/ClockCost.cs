using System.Diagnostics;
using SpanRnn.Tool.Bench.Models;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>The clock, and what reading it costs: the loop that measures steps, around a step that does nothing.</summary>
/// <param name="TickNanoseconds">What one tick is.</param>
/// <param name="StepNanoseconds">By how much readings differ on this machine: the largest gap between durations that the empty loop often had.</param>
/// <param name="CostNanoseconds">The median of that empty loop's readings; it is subtracted from single steps.</param>
internal sealed record ClockCost(double TickNanoseconds, double StepNanoseconds, double CostNanoseconds)
{
    private const int Readings = 100_000;

    public static double Nanoseconds(double ticks) => ticks * 1e9 / Stopwatch.Frequency;

    public static ClockCost Measure()
    {
        var empty = new EmptyStep();
        var ticks = new uint[Readings];
        StepRecorder.Singles(empty, ticks);
        StepRecorder.Singles(empty, ticks);
        var counts = new TickHistogram();
        counts.Add(ticks);
        return new ClockCost(Nanoseconds(1), Nanoseconds(StepOf(ticks)), Nanoseconds(counts.At(0.5)));
    }

    /// <summary>The largest gap between neighbours of the durations that at least one in a hundred has; at least one tick.</summary>
    internal static uint StepOf(IEnumerable<uint> ticks)
    {
        uint[] all = [.. ticks];
        uint[] often = [.. all.GroupBy(duration => duration).Where(group => group.Count() * 100L >= all.Length).Select(group => group.Key).Order()];
        return often.Zip(often.Skip(1), (shorter, longer) => longer - shorter).DefaultIfEmpty(1u).Max();
    }

    /// <summary>A single step's time without the clock's.</summary>
    public double OfStep(uint ticks) => Math.Max(0, Nanoseconds(ticks) - CostNanoseconds);
}
