using SpanRnn.Tool.Bench.Timing;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>How long many equal things took, in nanoseconds.</summary>
/// <param name="Count">How many.</param>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">99 of 100.</param>
/// <param name="P999">999 of 1000.</param>
/// <param name="Worst">The longest of all.</param>
internal sealed record Durations(long Count, double P50, double P99, double P999, double Worst)
{
    /// <param name="counts">In ticks.</param>
    /// <param name="nanoseconds">From ticks.</param>
    public static Durations Of(TickHistogram counts, Func<uint, double> nanoseconds) => new(
        counts.Count, nanoseconds(counts.At(0.5)), nanoseconds(counts.At(0.99)), nanoseconds(counts.At(0.999)), nanoseconds(counts.Longest));
}
