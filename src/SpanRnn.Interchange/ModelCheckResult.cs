namespace SpanRnn.Interchange;

/// <summary>How far a model's outputs are from recorded ones.</summary>
/// <param name="Count">Numbers that were compared.</param>
/// <param name="LargestError">The largest |found - expected|; NaN where only one of the two is NaN, 0 where both are.</param>
/// <param name="Index">Where it is in the expected array, an index for each dimension.</param>
/// <param name="Expected">The recorded number there.</param>
/// <param name="Found">The model's number there.</param>
/// <param name="MeanError">The mean of |found - expected|.</param>
public sealed record ModelCheckResult(long Count, double LargestError, IReadOnlyList<long> Index, double Expected, double Found, double MeanError)
{
    /// <summary>Whether every number is that near to the recorded one; never if one of the two alone is NaN.</summary>
    public bool IsWithin(double tolerance) => LargestError <= tolerance;
}
