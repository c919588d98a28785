namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>log10 of the norm of d loss / d h[t] and d loss / d c[t]: a row for each t = 0 to T, a column for each sequence.</summary>
/// <param name="Hidden">-Infinity where the gradient is 0.</param>
/// <param name="Cell">-Infinity for cells without such a state.</param>
internal sealed record StateNorms(double[][] Hidden, double[][] Cell);
