namespace SpanRnn.Comparisons.Workloads;

/// <summary>A small generator whose numbers are the same everywhere and for ever.</summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int bound) => (int)(Next() % (uint)bound);

    public float[] Uniform(long count, float radius)
    {
        float[] values = new float[count];
        for (long i = 0; i < count; i++) values[i] = (((Next() >> 40) * (2f / (1 << 24))) - 1f) * radius;
        return values;
    }

    /// <summary>The generator of a name (FNV-1a), so that adding rows to a table changes no other row's data.</summary>
    public static SplitMix Of(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in name) hash = (hash ^ c) * 0x100000001B3;
        return new SplitMix(hash);
    }
}
