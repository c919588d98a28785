namespace SpanRnn.Tests.Twin;

/// <summary>
/// Derivatives of a loss with respect to the elements <paramref name="Indices"/> of one array of <paramref name="Count"/>.
/// </summary>
public sealed record SampledGradient(int Count, int[] Indices, double[] Values)
{
    /// <summary>The largest |other - value| over the sample, relative to the largest |other| of the whole tensor.</summary>
    public double WorstError(ReadOnlySpan<float> other)
    {
        double[] widened = new double[other.Length];
        for (int k = 0; k < widened.Length; k++)
        {
            widened[k] = other[k];
        }

        return WorstError(widened);
    }

    /// <inheritdoc cref="WorstError(ReadOnlySpan{float})"/>
    public double WorstError(double[] other)
    {
        if (other.Length != Count)
        {
            throw new ArgumentException($"expected {Count} derivatives, found {other.Length}");
        }

        double scale = 0, worst = 0;
        foreach (double value in other)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        for (int n = 0; n < Indices.Length; n++)
        {
            scale = Math.Max(scale, Math.Abs(Values[n]));
            worst = Math.Max(worst, Math.Abs(other[Indices[n]] - Values[n]));
        }

        // Two zero tensors agree. Math.Max passes a NaN through, so a NaN is never mistaken for agreement.
        return worst == 0 ? 0 : worst / scale;
    }
}
