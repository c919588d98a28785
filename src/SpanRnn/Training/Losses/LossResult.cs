namespace SpanRnn.Training.Losses;

/// <summary>A loss summed over what counted, so that results of several batches can be added.</summary>
/// <param name="Total">The sum, in double precision; NaN when a number that counted was NaN.</param>
/// <param name="Count">Rows (cross-entropy) or elements (the others) that counted.</param>
public readonly record struct LossResult(double Total, long Count)
{
    /// <summary>Total / Count; 0 when nothing counted.</summary>
    public double Mean => Count == 0 ? 0 : Total / Count;

    /// <summary>The result of both batches together.</summary>
    public static LossResult operator +(LossResult a, LossResult b) => new(a.Total + b.Total, a.Count + b.Count);
}
