namespace SpanRnn.Tool.Bench.Timing;

/// <summary>What one work took in each round, in nanoseconds per call.</summary>
internal sealed class RoundTimes
{
    private readonly List<double> _rounds = [];

    /// <summary>The median of the rounds; NaN before the first.</summary>
    public double Median => MedianOf(_rounds);

    public void Add(double nanoseconds) => _rounds.Add(nanoseconds);

    /// <summary>The median of this work's rounds, each over the other's in the same round: slow spells hit both and cancel.</summary>
    public double RatioTo(RoundTimes other) => MedianOf([.. _rounds.Zip(other._rounds, (mine, others) => mine / others)]);

    /// <summary>The middle one, or between the two in the middle; NaN of none.</summary>
    public static double MedianOf(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
