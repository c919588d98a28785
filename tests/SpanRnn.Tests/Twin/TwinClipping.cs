namespace SpanRnn.Tests.Twin;

/// <summary>Gradient clipping in place, as torch.nn.utils.</summary>
public static class TwinClipping
{
    /// <summary>clip_grad_norm_: scales all by min(1, max / (norm + 1e-6)) and returns the norm before.</summary>
    public static double ByGlobalNorm(IReadOnlyDictionary<string, double[]> gradients, double max)
    {
        double norm = Math.Sqrt(gradients.Values.Sum(g => g.Sum(v => v * v)));
        double coefficient = Math.Min(1, max / (norm + 1e-6));
        Replace(gradients, g => g * coefficient);
        return norm;
    }

    /// <summary>clip_grad_value_: limits every element to [-max, max].</summary>
    public static void ByValue(IReadOnlyDictionary<string, double[]> gradients, double max) =>
        Replace(gradients, g => Math.Clamp(g, -max, max));

    private static void Replace(IReadOnlyDictionary<string, double[]> gradients, Func<double, double> map)
    {
        foreach (double[] gradient in gradients.Values)
        {
            for (int k = 0; k < gradient.Length; k++)
            {
                gradient[k] = map(gradient[k]);
            }
        }
    }
}
