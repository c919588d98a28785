namespace SpanRnn.Comparisons.Rounds;

/// <summary>What one contender took per call in each round, in seconds: the rounds of each pass over the tables, which lie minutes apart.</summary>
internal sealed class Timing(string contender, params double[][] passes)
{
    private readonly double[] _sorted = [.. passes.SelectMany(rounds => rounds).Order()];

    public string Contender => contender;

    public double Median => At(_sorted, 0.5);

    public double Minimum => _sorted[0];

    /// <summary>The median of each pass.</summary>
    public double[] Medians => [.. passes.Select(rounds => At([.. rounds.Order()], 0.5))];

    /// <summary>90th over 10th percentile: 1 is a quiet machine.</summary>
    public double Spread => At(_sorted, 0.9) / At(_sorted, 0.1);

    private double[][] Passes => passes;

    private IEnumerable<double> Rounds => passes.SelectMany(rounds => rounds);

    /// <summary>These passes and a later one.</summary>
    public Timing Then(Timing later) => new(contender, [.. passes, .. later.Passes]);

    /// <summary>The median of this contender's rounds, each over the other's in the same round: slow spells hit both and cancel.</summary>
    public double RatioByRound(Timing other) => new Timing("", [.. Rounds.Zip(other.Rounds, (mine, theirs) => mine / theirs)]).Median;

    /// <summary>The ratio of the medians, mine over the other's, in each pass.</summary>
    public double[] RatiosOfPasses(Timing other) => [.. Medians.Zip(other.Medians, (mine, theirs) => mine / theirs)];

    private static double At(double[] sorted, double quantile)
    {
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((above - sorted[below]) * (place - below));
    }
}
