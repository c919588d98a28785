namespace SpanRnn.Tests.Lanes;

/// <summary>Floats of every magnitude and both signs: the same on every run.</summary>
internal static class Sweep
{
    /// <summary>Every 4099th of all 2^32 bit patterns, and every float in short ranges where formulas change.</summary>
    public static float[] Floats { get; } = [.. Everywhere(), .. Ranges()];

    private static IEnumerable<float> Everywhere()
    {
        for (long bits = 0; bits <= uint.MaxValue; bits += 4099)
        {
            yield return BitConverter.UInt32BitsToSingle((uint)bits);
        }
    }

    /// <summary>Around the argument at which tanh is off most of all floats from 2^-33 to 92 (found by trying every one).</summary>
    public static float[] WhereTanhIsOffMost { get; } = [.. Around(0.0311667f)];

    // Around 0; where n of tanh's power of two changes; where the sigmoid's argument is clipped; at saturation.
    private static IEnumerable<float> Ranges() =>
        from start in new[] { 0f, 0.17328f, 0.5198f, 0.8664f, 1f, 8.9f, 9.01f, 20f, 87f, 88.7f, 89f }
        from value in Around(start)
        select value;

    private static IEnumerable<float> Around(float start) =>
        from step in Enumerable.Range(-8000, 16000)
        let bits = BitConverter.SingleToInt32Bits(start) + step
        where bits >= 0
        from sign in new[] { 1f, -1f }
        select sign * BitConverter.Int32BitsToSingle(bits);
}
