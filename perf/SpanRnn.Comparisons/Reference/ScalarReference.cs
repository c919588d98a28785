using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Reference;

/// <summary>Inference in float64, one number at a time, straight from the equations: the opinion that shares no code with anyone.</summary>
internal static class ScalarReference
{
    /// <summary>Beyond this many multiply-adds it would hold up the run.</summary>
    private const long Limit = 40_000_000;

    public static bool Knows(Workload w) => !w.Trains && w.RecurrentWeights * w.Steps * w.Batch <= Limit;

    /// <summary>As <see cref="Contenders.IPrepared.Check"/>.</summary>
    public static float[] Check(Workload w, WorkloadData data)
    {
        double[] h = Widen(data.H0), c = Widen(data.C0), y = [];
        for (int step = w.Mode == WorkMode.Step ? Workload.CheckSteps : 1; step > 0; step--)
        {
            double[] x = Widen(data.X);
            for (int l = 0; l < w.Layers; l++) x = Layer(w, data, l, x, h, c);
            y = x;
        }

        double[] all = w.Mode == WorkMode.Step ? [.. h, .. c] : [.. y, .. h, .. c];
        return Array.ConvertAll(all, value => (float)value);
    }

    private static double[] Layer(Workload w, WorkloadData data, int l, double[] x, double[] h, double[] c)
    {
        int inputs = w.InputOf(l), width = w.Hidden * w.Directions;
        double[] y = new double[w.Steps * w.Batch * width];
        for (int d = 0; d < w.Directions; d++)
        {
            for (int b = 0; b < w.Batch; b++)
            {
                int state = ((((l * w.Directions) + d) * w.Batch) + b) * w.Hidden;
                Span<double> hidden = h.AsSpan(state, w.Hidden), cell = c.Length == 0 ? [] : c.AsSpan(state, w.Hidden);
                for (int i = 0; i < w.Steps; i++)
                {
                    int row = ((d == 0 ? i : w.Steps - 1 - i) * w.Batch) + b;
                    Step(w.Kind, data.Layers[l][d], x.AsSpan(row * inputs, inputs), hidden, cell);
                    hidden.CopyTo(y.AsSpan((row * width) + (d * w.Hidden)));
                }
            }
        }

        return y;
    }

    private static void Step(CellKind kind, LayerWeights p, ReadOnlySpan<double> x, Span<double> h, Span<double> c)
    {
        int units = h.Length;
        double[] wx = Product(p.W, p.InputBias, x), rh = Product(p.R, p.RecurrentBias, h);
        for (int u = 0; u < units; u++)
        {
            switch (kind)
            {
                case CellKind.Lstm:
                    double i = Sigmoid(wx[u] + rh[u]), f = Sigmoid(wx[units + u] + rh[units + u]);
                    double g = Math.Tanh(wx[(2 * units) + u] + rh[(2 * units) + u]), o = Sigmoid(wx[(3 * units) + u] + rh[(3 * units) + u]);
                    c[u] = (f * c[u]) + (i * g);
                    h[u] = o * Math.Tanh(c[u]);
                    break;
                case CellKind.Gru:
                    double r = Sigmoid(wx[u] + rh[u]), z = Sigmoid(wx[units + u] + rh[units + u]);
                    double n = Math.Tanh(wx[(2 * units) + u] + (r * rh[(2 * units) + u]));
                    h[u] = ((1 - z) * n) + (z * h[u]);
                    break;
                default:
                    h[u] = Math.Tanh(wx[u] + rh[u]);
                    break;
            }
        }
    }

    private static double[] Product(float[] rows, float[] bias, ReadOnlySpan<double> x)
    {
        double[] result = Widen(bias);
        for (int r = 0; r < result.Length; r++)
            for (int k = 0; k < x.Length; k++)
                result[r] += rows[(r * x.Length) + k] * x[k];
        return result;
    }

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));

    private static double[] Widen(float[] values) => Array.ConvertAll(values, value => (double)value);
}
