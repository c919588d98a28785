namespace SpanRnn.Tool.Baselines;

/// <summary>Two classes by a weighted sum: p = 1 / (1 + e^-(w x + b)).</summary>
/// <remarks>
/// Minimises mean(-ln p(label)) + l |w|^2 / 2 over all rows at once by Nesterov's accelerated gradient, restarted when it goes uphill
/// (O'Donoghue and Candes 2015). The step is 1 / (m / 4 + l), m the largest |x|^2 + 1 of a row, which bounds the curvature, so nothing has to be
/// tuned and the minimum, which is the only one, is reached whatever the order of the rows.
/// </remarks>
internal sealed class LogisticRegression
{
    private readonly double[] _weights;                                // the bias, which is not drawn to 0, comes last

    private LogisticRegression(double[] weights) => _weights = weights;

    /// <summary>Learns from rows and their labels.</summary>
    /// <param name="rows">One for each label.</param>
    /// <param name="labels">0 or 1.</param>
    /// <param name="columns">Numbers in a full row.</param>
    /// <param name="penalty">l, above 0: how strongly weights are drawn to 0.</param>
    /// <param name="tolerance">Ends when no derivative is larger.</param>
    /// <param name="iterations">Ends after so many in any case.</param>
    public static LogisticRegression Fit(
        IReadOnlyList<SparseRow> rows, IReadOnlyList<int> labels, int columns, double penalty, double tolerance = 1e-6, int iterations = 5_000)
    {
        double[] weights = new double[columns + 1], ahead = new double[columns + 1], gradient = new double[columns + 1];
        double largest = rows.Max(row => row.Values.Sum(value => value * value)) + 1, step = 1 / (largest / 4 + penalty), momentum = 1;
        for (int i = 0; i < iterations; i++)
        {
            Gradient(rows, labels, ahead, penalty, gradient);
            if (gradient.Max(Math.Abs) <= tolerance)
            {
                break;
            }

            double next = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2, uphill = 0;
            double carried = (momentum - 1) / next;
            for (int j = 0; j <= columns; j++)
            {
                double moved = ahead[j] - step * gradient[j], change = moved - weights[j];
                uphill += gradient[j] * change;
                ahead[j] = moved + carried * change;
                weights[j] = moved;
            }

            momentum = next;
            if (uphill > 0)
            {
                weights.CopyTo(ahead, 0);
                momentum = 1;
            }
        }

        return new LogisticRegression(ahead);
    }

    /// <summary>The probability of label 1.</summary>
    public double Probability(SparseRow row) => Sigmoid(Sum(_weights, row));

    private static void Gradient(IReadOnlyList<SparseRow> rows, IReadOnlyList<int> labels, double[] weights, double penalty, double[] gradient)
    {
        for (int j = 0; j < weights.Length; j++)
        {
            gradient[j] = j == weights.Length - 1 ? 0 : penalty * weights[j];
        }

        for (int i = 0; i < rows.Count; i++)
        {
            double error = (Sigmoid(Sum(weights, rows[i])) - labels[i]) / rows.Count;
            (int[] columns, double[] values) = rows[i];
            for (int k = 0; k < columns.Length; k++)
            {
                gradient[columns[k]] += error * values[k];
            }

            gradient[^1] += error;
        }
    }

    private static double Sum(double[] weights, SparseRow row)
    {
        double sum = weights[^1];
        for (int k = 0; k < row.Columns.Length; k++)
        {
            sum += weights[row.Columns[k]] * row.Values[k];
        }

        return sum;
    }

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
}
