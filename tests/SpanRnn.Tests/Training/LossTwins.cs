namespace SpanRnn.Tests.Training;

/// <summary>The losses in double precision, straight from their definitions: sums over what counts, and how much that is.</summary>
internal static class LossTwins
{
    public static (double Total, int Count) CrossEntropy(double[] logits, int classes, int[] targets, int ignore, double smoothing)
    {
        double total = 0;
        int count = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            if (targets[row] == ignore)
            {
                continue;
            }

            double[] a = logits[(row * classes)..((row + 1) * classes)];
            double largest = a.Max(), logSum = largest + Math.Log(a.Sum(x => Math.Exp(x - largest)));
            total += (1 - smoothing) * (logSum - a[targets[row]]) + smoothing / classes * a.Sum(x => logSum - x);
            count++;
        }

        return (total, count);
    }

    public static double Square(double a, double y) => (a - y) * (a - y);

    public static Func<double, double, double> Huber(double delta) => (a, y) =>
        Math.Abs(a - y) <= delta ? (a - y) * (a - y) / 2 : delta * (Math.Abs(a - y) - delta / 2);

    public static Func<double, double, double> BinaryCrossEntropy(double weight) => (a, y) =>
        weight * y * Softplus(-a) + (1 - y) * Softplus(a);

    /// <summary>-ln s(-x) = ln(1 + e^x).</summary>
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
