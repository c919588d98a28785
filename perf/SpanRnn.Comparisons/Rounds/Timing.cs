namespace SpanRnn.Comparisons.Rounds;

/// <summary>What one contender took per call in each round, in seconds.</summary>
internal sealed class Timing(string contender, double[] rounds)
{
    private readonly double[] _sorted = [.. rounds.Order()];

    public string Contender => contender;

    public double[] Rounds => rounds;

    public double Median => At(0.5);

    public double Minimum => _sorted[0];

    /// <summary>90th over 10th percentile: 1 is a quiet machine.</summary>
    public double Spread => At(0.9) / At(0.1);

    /// <summary>The median of this contender's rounds, each over the other's in the same round: slow spells hit both and cancel.</summary>
    public double RatioByRound(Timing other) => new Timing("", [.. rounds.Zip(other.Rounds, (mine, theirs) => mine / theirs)]).Median;

    private double At(double quantile)
    {
        double place = quantile * (_sorted.Length - 1);
        int below = (int)place;
        double above = _sorted[Math.Min(below + 1, _sorted.Length - 1)];
        return _sorted[below] + ((above - _sorted[below]) * (place - below));
    }
}
