namespace SpanRnn.Comparisons.Reports;

/// <summary>From which to which value the passes over the tables came.</summary>
internal static class PassRange
{
    /// <summary>Nothing of a single pass.</summary>
    public static string Of(double[] values, Func<double, string> show, string before = " (", string after = ")") =>
        values.Length < 2 ? "" : $"{before}{show(values.Min())} to {show(values.Max())}{after}";
}
