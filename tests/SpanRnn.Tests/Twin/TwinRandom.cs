namespace SpanRnn.Tests.Twin;

/// <summary>
/// Reproducible values for the twin's inputs. Each is exactly a float, so the engine and the twin see the same numbers and
/// what separates their results is the engine's arithmetic alone.
/// </summary>
public static class TwinRandom
{
    /// <summary>Uniform in [-scale, scale].</summary>
    public static double[] Values(int seed, int count, double scale = 1)
    {
        Random random = new(seed);
        double[] values = new double[count];
        for (int k = 0; k < count; k++)
        {
            values[k] = (float)(scale * (2 * random.NextDouble() - 1));
        }

        return values;
    }

    /// <summary>Values for every tensor of a list such as <see cref="TwinRecurrent.Shapes()"/>.</summary>
    public static Dictionary<string, double[]> Weights(int seed, IEnumerable<TwinShape> shapes, double scale = 0.5)
    {
        Dictionary<string, double[]> weights = [];
        foreach (TwinShape shape in shapes)
        {
            weights[shape.Name] = Values(seed + weights.Count, shape.Count, scale);
        }

        return weights;
    }
}
