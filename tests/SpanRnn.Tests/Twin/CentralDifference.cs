namespace SpanRnn.Tests.Twin;

/// <summary>
/// Derivatives of a scalar function from its values alone: central differences with halving steps, extrapolated to step 0
/// (Richardson's deferred approach to the limit, in Ridders' form: C. J. F. Ridders, Adv. Eng. Software 4 (1982) 75).
/// Good to about 1e-9 relative for smooth losses, and past a kink that is farther away than the smallest step.
/// </summary>
public static class CentralDifference
{
    private const double FirstStep = 1.0 / 256;
    private const int Levels = 14;
    private const double Tolerance = 1e-10;

    /// <summary>d loss / d values[index]. The element is moved in place for each evaluation and put back.</summary>
    public static double Of(Func<double> loss, double[] values, int index)
    {
        double x = values[index];
        try
        {
            return Extrapolated(
                h =>
                {
                    double right = x + h, left = x - h;
                    values[index] = right;
                    double above = loss();
                    values[index] = left;
                    double below = loss();

                    // right - left is the step that was really taken; a loss is known to an ulp, so its slope to ulp / h.
                    return ((above - below) / (right - left), 1e-16 * (Math.Abs(above) + Math.Abs(below)) / h);
                },
                FirstStep * Math.Max(1, Math.Abs(x)));
        }
        finally
        {
            values[index] = x;
        }
    }

    /// <summary>The gradient of an array: all of it, or a deterministic sample of <paramref name="most"/> elements.</summary>
    public static SampledGradient Gradient(Func<double> loss, double[] values, int most = int.MaxValue)
    {
        int[] indices = Sample(values.Length, most);
        return new(values.Length, indices, [.. indices.Select(index => Of(loss, values, index))]);
    }

    /// <summary>The same for the array of that name.</summary>
    public static SampledGradient Gradient(
        Func<double> loss, IReadOnlyDictionary<string, double[]> named, string name, int most = int.MaxValue) =>
        Gradient(loss, named[name], most);

    /// <summary>The gradients of every named array in full.</summary>
    public static Dictionary<string, double[]> Gradients(Func<double> loss, IReadOnlyDictionary<string, double[]> named) =>
        named.ToDictionary(pair => pair.Key, pair => Gradient(loss, pair.Value).Values);

    /// <summary>
    /// Ascending distinct indices, spread by the golden ratio: even spacing would meet the same column of a matrix each time.
    /// </summary>
    public static int[] Sample(int count, int most)
    {
        if (count <= most)
        {
            return [.. Enumerable.Range(0, count)];
        }

        SortedSet<int> indices = [];
        for (int n = 1; indices.Count < most; n++)
        {
            double turn = n * 0.6180339887498949;
            indices.Add((int)((turn - Math.Floor(turn)) * count));
        }

        return [.. indices];
    }

    private static double Extrapolated(Func<double, (double Slope, double Noise)> difference, double firstStep)
    {
        double best = 0, bestError = double.PositiveInfinity;
        double[] previous = [];
        for (int level = 0; level < Levels; level++)
        {
            double[] current = new double[level + 1];
            (current[0], double noise) = difference(firstStep / (1 << level));
            if (!double.IsFinite(current[0]))
            {
                return double.NaN;
            }

            double power = 1;
            for (int order = 1; order <= level; order++)
            {
                // The error is a series in h^2, so halving the step divides its terms by 4, 16, 64 ...
                power *= 4;
                current[order] = (power * current[order - 1] - previous[order - 1]) / (power - 1);
                double error = Math.Max(
                    Math.Abs(current[order] - current[order - 1]), Math.Abs(current[order] - previous[order - 1]));
                if (error < bestError)
                {
                    (best, bestError) = (current[order], error);
                }
            }

            // No stop when the error grows: near a kink it does so until the step is short enough not to reach it.
            if (bestError <= Tolerance * Math.Abs(best) + noise)
            {
                break;
            }

            previous = current;
        }

        return best;
    }
}
