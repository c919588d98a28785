namespace SpanRnn.Comparisons.Rounds;

/// <summary>What one contender took per call in each round, in seconds, visit by visit to the row.</summary>
internal sealed class Timing(string contender, IReadOnlyList<double[]> visits)
{
    private readonly double[] _sorted = [.. visits.SelectMany(rounds => rounds).Order()];

    public string Contender => contender;

    /// <summary>The median of each visit's rounds.</summary>
    public IReadOnlyList<double> Medians { get; } = [.. visits.Select(MedianOf)];

    /// <summary>
    /// The median of the visits' medians: of all rounds together it would, on a machine with two speeds, be one of the odd rounds between them.
    /// </summary>
    public double Median => MedianOf(Medians);

    public double Minimum => _sorted[0];

    /// <summary>90th over 10th percentile of all rounds: 1 is a quiet machine.</summary>
    public double Spread => At(_sorted, 0.9) / At(_sorted, 0.1);

    private IEnumerable<double> Rounds => visits.SelectMany(rounds => rounds);

    /// <summary>The median of this contender's rounds, each over the other's in the same round: slow spells hit both and cancel.</summary>
    public double RatioByRound(Timing other) => MedianOf(Rounds.Zip(other.Rounds, (mine, theirs) => mine / theirs));

    public static double MedianOf(IEnumerable<double> values) => At([.. values.Order()], 0.5);

    private static double At(double[] sorted, double quantile)
    {
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((above - sorted[below]) * (place - below));
    }
}
