using System.Numerics;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>Counts of durations in clock ticks: exact below 2048, within 0.1 % above, the longest exact. Fixed memory, however many there are.</summary>
internal sealed class TickHistogram
{
    private const int ExactBits = 11, Exact = 1 << ExactBits, PerOctave = Exact / 2, Octaves = 32 - ExactBits;

    private readonly long[] _counts = new long[Exact + Octaves * PerOctave];

    /// <summary>How many durations were added.</summary>
    public long Count { get; private set; }

    /// <summary>The longest.</summary>
    public uint Longest { get; private set; }

    public void Add(ReadOnlySpan<uint> ticks)
    {
        foreach (uint duration in ticks)
        {
            _counts[IndexOf(duration)]++;
            Longest = Math.Max(Longest, duration);
        }

        Count += ticks.Length;
    }

    /// <summary>The shortest duration that at least that part of all do not exceed (nearest rank); 0 where there are none.</summary>
    /// <param name="part">0 to 1: 0.999 for p99.9.</param>
    public uint At(double part)
    {
        // 1e-9: 0.999 * 1000 must not become 999.0000000001 and then 1000.
        long rank = Math.Clamp((long)Math.Ceiling((part * Count) - 1e-9), 1, Math.Max(1, Count));
        if (rank >= Count)
        {
            return Longest;
        }

        int index = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[index])
        {
            index++;
        }

        return Math.Min(MostOf(index), Longest);
    }

    private static int IndexOf(uint ticks)
    {
        if (ticks < Exact)
        {
            return (int)ticks;
        }

        int shift = BitOperations.Log2(ticks) - (ExactBits - 1);
        return Exact + (shift - 1) * PerOctave + (int)(ticks >> shift) - PerOctave;
    }

    /// <summary>The longest duration that is counted at that place.</summary>
    private static uint MostOf(int index)
    {
        if (index < Exact)
        {
            return (uint)index;
        }

        int shift = (index - Exact) / PerOctave + 1;
        long mantissa = (index - Exact) % PerOctave + PerOctave;
        return (uint)(((mantissa + 1) << shift) - 1);
    }
}
