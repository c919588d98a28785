namespace SpanRnn.Tool.Bench.Timing;

/// <summary>Divides a span of time.</summary>
internal static class Shares
{
    /// <summary>Gives each what it needs, but none more than a level that makes the sum the whole: what small needs leave goes to the large ones.</summary>
    public static double[] Of(IReadOnlyList<double> needs, double whole)
    {
        var shares = new double[needs.Count];
        double left = whole;
        int open = needs.Count;
        foreach (int i in Enumerable.Range(0, needs.Count).OrderBy(i => needs[i]))
        {
            shares[i] = Math.Min(needs[i], left / open);
            left -= shares[i];
            open--;
        }

        return shares;
    }
}
