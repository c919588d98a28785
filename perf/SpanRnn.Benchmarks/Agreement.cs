namespace SpanRnn.Benchmarks;

/// <summary>What is timed must be the same work: results are compared before.</summary>
internal static class Agreement
{
    /// <exception cref="InvalidOperationException">Two numbers differ by more than the tolerance, absolutely and relatively.</exception>
    public static void Check(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> found, float tolerance = 1e-4f)
    {
        if (expected.Length != found.Length)
        {
            throw new InvalidOperationException($"{what}: expected {expected.Length} numbers, found {found.Length}.");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - found[i]) <= tolerance * MathF.Max(1f, MathF.Abs(expected[i]))))
            {
                throw new InvalidOperationException($"{what}[{i}]: expected {expected[i]}, found {found[i]}.");
            }
        }
    }

    public static void Check(string what, double expected, double found, double tolerance = 1e-4) =>
        Check(what, [(float)expected], [(float)found], (float)tolerance);
}
