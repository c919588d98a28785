using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>Comparisons of the engine's floats with doubles: the message says what, where and how far.</summary>
internal static class Closeness
{
    public static void Absolute(string what, ReadOnlySpan<double> expected, ReadOnlySpan<float> found, double tolerance) =>
        Compare(what, expected, found, tolerance, "absolute");

    /// <summary>Relative to the tensor's largest value.</summary>
    public static void Relative(string what, ReadOnlySpan<double> expected, ReadOnlySpan<float> found, double tolerance)
    {
        double largest = 0;
        foreach (double value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        Compare(what, expected, found, tolerance * Math.Max(largest, 1e-6), $"of {tolerance} of the largest value {largest:g4}");
    }

    private static void Compare(string what, ReadOnlySpan<double> expected, ReadOnlySpan<float> found, double tolerance, string kind)
    {
        Assert.True(expected.Length == found.Length, $"{what}: expected {expected.Length} numbers, found {found.Length}.");
        int worst = 0;
        for (int i = 1; i < found.Length; i++)
        {
            if (!(Math.Abs(expected[i] - found[i]) <= Math.Abs(expected[worst] - found[worst])))
            {
                worst = i;
            }
        }

        if (found.Length > 0)
        {
            double error = Math.Abs(expected[worst] - found[worst]);
            Assert.True(error <= tolerance, $"{what}[{worst}]: expected {expected[worst]:g9}, found {found[worst]:g9}; {error:g3} apart, at most {tolerance:g3} {kind}.");
        }
    }
}
