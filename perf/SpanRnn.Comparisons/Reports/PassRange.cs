using SpanRnn.Comparisons.Rounds;

namespace SpanRnn.Comparisons.Reports;

/// <summary>What the passes over the tables say of a ratio or a fraction.</summary>
internal static class PassRange
{
    /// <summary>The median and, of several passes, the lowest and the highest.</summary>
    public static string AroundMedian(double[] values, Func<double, string> show) => show(Timing.MedianOf(values)) + Of(values, show);

    /// <summary>The lowest and the highest; nothing of a single pass.</summary>
    public static string Of(double[] values, Func<double, string> show) => values.Length < 2 ? "" : $" [{show(values.Min())} to {show(values.Max())}]";
}
