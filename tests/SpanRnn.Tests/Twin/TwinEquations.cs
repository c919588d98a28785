namespace SpanRnn.Tests.Twin;

/// <summary>One step of one row for every cell, one unit at a time, in the words of the papers and of ONNX.</summary>
internal static class TwinEquations
{
    /// <summary>Maps (x, h', c') to (h, c); c is empty for cells without one.</summary>
    public static (double[] H, double[] C) Step(TwinCell cell, TwinGates gates, double[] x, double[] h, double[] c) => cell switch
    {
        TwinCell.ElmanTanh or TwinCell.ElmanRelu => (Elman(gates, x, h), c),
        TwinCell.Lstm => Lstm(gates, x, h, c),
        TwinCell.Gru => (Gru(gates, x, h), c),
        TwinCell.GruBefore => (GruBefore(gates, x, h), c),
        _ => throw new ArgumentOutOfRangeException(nameof(cell)),
    };

    private static double[] Elman(TwinGates gates, double[] x, double[] h)
    {
        double[] next = new double[gates.Hidden];
        for (int u = 0; u < next.Length; u++)
        {
            next[u] = gates.F(gates.Sum(0, u, x, h));
        }

        return next;
    }

    private static (double[] H, double[] C) Lstm(TwinGates gates, double[] x, double[] h, double[] c)
    {
        double[] nextH = new double[gates.Hidden], nextC = new double[gates.Hidden];
        for (int u = 0; u < nextH.Length; u++)
        {
            double i = gates.F(gates.Sum(0, u, x, h) + gates.Peephole(0, u) * c[u]);
            double f = gates.IsCoupled ? 1 - i : gates.F(gates.Sum(1, u, x, h) + gates.Peephole(1, u) * c[u]);
            double g = gates.G(gates.Sum(2, u, x, h));
            nextC[u] = f * c[u] + i * g;
            double o = gates.F(gates.Sum(3, u, x, h) + gates.Peephole(2, u) * nextC[u]);
            nextH[u] = o * gates.H(nextC[u]);
        }

        return (gates.Project(nextH), nextC);
    }

    private static double[] Gru(TwinGates gates, double[] x, double[] h)
    {
        double[] next = new double[gates.Hidden];
        for (int u = 0; u < next.Length; u++)
        {
            double r = gates.F(gates.Sum(0, u, x, h));
            double z = gates.F(gates.Sum(1, u, x, h));
            double n = gates.G(gates.Input(2, u, x) + r * gates.Recurrent(2, u, h));
            next[u] = (1 - z) * n + z * h[u];
        }

        return next;
    }

    private static double[] GruBefore(TwinGates gates, double[] x, double[] h)
    {
        // The candidate of one unit reads the reset gates of all of them, so these come first.
        double[] resetH = new double[gates.Hidden];
        for (int u = 0; u < resetH.Length; u++)
        {
            resetH[u] = gates.F(gates.Sum(0, u, x, h)) * h[u];
        }

        double[] next = new double[gates.Hidden];
        for (int u = 0; u < next.Length; u++)
        {
            double z = gates.F(gates.Sum(1, u, x, h));
            double n = gates.G(gates.Input(2, u, x) + gates.Recurrent(2, u, resetH));
            next[u] = (1 - z) * n + z * h[u];
        }

        return next;
    }
}
