using SpanRnn.Parameters;

namespace SpanRnn.Benchmarks;

/// <summary>Inputs from a seed.</summary>
internal static class Numbers
{
    public static float[] Normal(ulong seed, int count, float deviation = 1f)
    {
        var values = new float[count];
        new RandomStream(seed).FillNormal(values, 0f, deviation);
        return values;
    }

    public static int[] Below(int limit, ulong seed, int count)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (int)(random.NextDouble() * limit))];
    }

    /// <summary>A tensor's numbers without its padding.</summary>
    public static float[] Dense(ParameterSet set, string name)
    {
        var values = new float[set.Layout.Tensors[set.Layout.IndexOf(name)].Count];
        set[name].CopyTo(values);
        return values;
    }
}
