namespace SpanRnn.Tests.Support;

/// <summary>Reproducible floats, and the widths that every kernel is tried at.</summary>
internal static class Numbers
{
    public static readonly int[] Widths = [16, 8, 4, 1];

    /// <summary>Uniform in [-1, 1], from a seed.</summary>
    public static float[] Of(int seed, int count)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = 2f * random.NextSingle() - 1f;
        }

        return values;
    }
}
