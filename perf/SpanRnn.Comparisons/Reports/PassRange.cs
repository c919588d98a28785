namespace SpanRnn.Comparisons.Reports;

/// <summary>The lowest and the highest of the passes over the tables.</summary>
internal static class PassRange
{
    /// <summary>Nothing of a single pass.</summary>
    public static string Of(double[] values, Func<double, string> show) => values.Length < 2 ? "" : $" [{show(values.Min())} to {show(values.Max())}]";
}
