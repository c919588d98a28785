namespace SpanRnn.Tests.Twin;

/// <summary>
/// Losses by PyTorch's definitions with mean reduction. Weights (a mask is weights of 0 and 1) are per element or per row of
/// consecutive elements, told apart by their count; the mean is sum(w * loss) / sum(w) over elements, so that a mask gives
/// the mean over what it leaves. With nothing left the mean is 0 / 0 = NaN, as PyTorch's.
/// </summary>
public static class TwinLosses
{
    /// <summary>
    /// Softmax cross-entropy of logits [rows, classes]: (1 - s) * -log p[target] + s / classes * sum of -log p. Rows whose
    /// target is <paramref name="ignoreIndex"/> count neither above nor below the line; weights are per row.
    /// </summary>
    public static double CrossEntropy(
        double[] logits, int classes, int[] targets, int ignoreIndex = -100, double smoothing = 0, double[]? weights = null)
    {
        double[] each = new double[targets.Length], counts = new double[targets.Length];
        for (int row = 0; row < targets.Length; row++)
        {
            if (targets[row] == ignoreIndex)
            {
                continue;
            }

            double[] logP = LogSoftmax(logits[(row * classes)..((row + 1) * classes)]);
            each[row] = (1 - smoothing) * -logP[targets[row]] + smoothing / classes * -logP.Sum();
            counts[row] = weights is null ? 1 : weights[row];
        }

        return Mean(each, counts);
    }

    /// <summary>-(y log s(a) + (1 - y) log(1 - s(a))), written so that no exponential overflows.</summary>
    public static double BinaryCrossEntropy(double[] logits, double[] targets, double[]? weights = null) =>
        Mean(Each(logits, targets, (a, y) => Math.Max(a, 0) - a * y + Math.Log(1 + Math.Exp(-Math.Abs(a)))), weights);

    public static double MeanSquaredError(double[] outputs, double[] targets, double[]? weights = null) =>
        Mean(Each(outputs, targets, (a, y) => (a - y) * (a - y)), weights);

    /// <summary>d^2 / 2 up to |d| = delta, then delta (|d| - delta / 2).</summary>
    public static double Huber(double[] outputs, double[] targets, double delta = 1, double[]? weights = null) =>
        Mean(Each(outputs, targets, (a, y) => Huber(Math.Abs(a - y), delta)), weights);

    private static double Huber(double distance, double delta) =>
        distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2);

    private static double[] LogSoftmax(double[] a)
    {
        double max = a.Max();
        double logSum = max + Math.Log(a.Sum(v => Math.Exp(v - max)));
        return [.. a.Select(v => v - logSum)];
    }

    private static double[] Each(double[] outputs, double[] targets, Func<double, double, double> loss)
    {
        if (outputs.Length != targets.Length)
        {
            throw new ArgumentException($"targets: expected {outputs.Length} values, found {targets.Length}");
        }

        return [.. outputs.Zip(targets, loss)];
    }

    private static double Mean(double[] each, double[]? weights)
    {
        weights ??= [1];
        if (each.Length % weights.Length != 0)
        {
            throw new ArgumentException($"weights: {weights.Length} do not divide {each.Length} elements");
        }

        int width = each.Length / weights.Length;
        double above = 0, below = 0;
        for (int n = 0; n < each.Length; n++)
        {
            above += weights[n / width] * each[n];
            below += weights[n / width];
        }

        return above / below;
    }
}
