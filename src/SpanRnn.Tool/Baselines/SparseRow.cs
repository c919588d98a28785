namespace SpanRnn.Tool.Baselines;

/// <summary>The numbers of a long row that are not 0.</summary>
/// <param name="Columns">Where they stand, ascending.</param>
/// <param name="Values">What they are.</param>
internal readonly record struct SparseRow(int[] Columns, double[] Values);
