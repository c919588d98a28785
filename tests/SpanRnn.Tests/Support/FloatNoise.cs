using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>How far a case's float64 results move when its weights move as little as float32 can tell.</summary>
internal sealed class FloatNoise(GoldenCase golden)
{
    private const int Draws = 5, Elements = 12;
    private const double Relative = 1.0 / (1 << 23);

    /// <summary>The largest change of a part of the results over a few draws of random signs.</summary>
    public double OfResult(Func<TwinRun, double[]> part)
    {
        double[] still = part(golden.Run());
        return Enumerable.Range(0, Draws).Max(draw => Moved(draw, () => Apart(still, part(golden.Run()))));
    }

    /// <summary>The same for a gradient: at the elements where the engine is farthest off, and some others.</summary>
    public double OfGradient(string leaf, double[] expected, float[] found)
    {
        double[] values = golden.Leaves[leaf];
        int[] indices = [.. Enumerable.Range(0, expected.Length).OrderByDescending(i => Math.Abs(expected[i] - found[i])).Take(Elements)];
        double[] still = Slopes();
        return Enumerable.Range(0, Draws).Max(draw => Moved(draw, () => Apart(still, Slopes())));

        double[] Slopes() => [.. indices.Select(i => CentralDifference.Of(golden.Loss, values, i))];
    }

    /// <summary>Evaluates with every weight moved by one part in 2^23, up or down, and puts them back.</summary>
    private double Moved(int draw, Func<double> evaluate)
    {
        Dictionary<string, double[]> kept = golden.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        var random = new Random(draw);
        foreach (double[] weights in golden.Weights.Values)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] *= 1 + (random.Next(2) == 0 ? Relative : -Relative);
            }
        }

        try
        {
            return evaluate();
        }
        finally
        {
            foreach ((string name, double[] weights) in kept)
            {
                weights.CopyTo(golden.Weights[name], 0);
            }
        }
    }

    private static double Apart(double[] a, double[] b) => a.Length == 0 ? 0 : a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
