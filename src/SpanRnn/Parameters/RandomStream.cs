using System.Numerics;

namespace SpanRnn.Parameters;

/// <summary>A seeded stream of random numbers: the same seed gives the same numbers on every machine.</summary>
/// <remarks>
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021), its state filled from the
/// seed by SplitMix64 (Steele, Lea and Flood 2014), as its authors recommend. Period 2^256 - 1. Not for cryptography; not to be
/// shared between threads: <see cref="Fork(string)"/> a stream for each. No method allocates but the constructors and Fork.
/// </remarks>
public sealed class RandomStream
{
    private ulong _a, _b, _c, _d;

    /// <summary>The stream of that seed.</summary>
    public RandomStream(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>The stream that goes on from a saved state.</summary>
    /// <exception cref="ArgumentException">All four words are 0, which no stream ever reaches.</exception>
    public RandomStream(RandomState state) => State = state;

    /// <summary>Where the stream is: setting it to what was read before repeats the numbers from there.</summary>
    /// <exception cref="ArgumentException">All four words are 0, which no stream ever reaches.</exception>
    public RandomState State
    {
        get => new(_a, _b, _c, _d);
        set
        {
            if (value == default)
            {
                throw new ArgumentException("A random state of four zeros would give zeros for ever.", nameof(value));
            }

            (_a, _b, _c, _d) = (value.A, value.B, value.C, value.D);
        }
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9, shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A multiple of 2^-24, uniform in [0, 1).</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>A multiple of 2^-53, uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>An integer uniform in [0, <paramref name="bound"/>), without bias (Lemire, "Fast random integer generation", 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (NextUInt64() >> 32) * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint threshold = (uint)(0x1_0000_0000UL % (uint)bound);
            while ((uint)product < threshold)
            {
                product = (NextUInt64() >> 32) * (uint)bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A number of mean 0 and variance 1: sqrt(-2 ln u) cos(2 pi v) with u in (0, 1], v in [0, 1) (Box and Muller 1958).</summary>
    /// <remarks>The other number of the pair is dropped, so that four words are the whole state.</remarks>
    public double NextNormal()
    {
        double u = 1 - NextDouble(), v = NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>Sets every element to low + (high - low) u, u uniform in [0, 1).</summary>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>, or one is not finite.</exception>
    public void FillUniform(Span<float> destination, float low, float high)
    {
        if (!(low <= high) || !float.IsFinite(high - low))
        {
            throw new ArgumentException($"Expected a finite range, found {low} to {high}.", nameof(high));
        }

        foreach (ref float element in destination)
        {
            element = (float)(low + ((double)high - low) * NextSingle());
        }
    }

    /// <summary>Sets every element to mean + deviation n, n normal of mean 0 and variance 1.</summary>
    public void FillNormal(Span<float> destination, float mean, float deviation)
    {
        foreach (ref float element in destination)
        {
            element = (float)(mean + deviation * NextNormal());
        }
    }

    /// <summary>A stream of its own for each name; this one does not move on.</summary>
    /// <remarks>It depends on where this stream is and on the name: the same name at the same place gives the same stream.</remarks>
    public RandomStream Fork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = 0xCBF29CE484222325; // FNV-1a over UTF-16 units
        foreach (char unit in name)
        {
            hash = (hash ^ unit) * 0x100000001B3;
        }

        return ForkOf(hash);
    }

    /// <summary>A stream of its own for each number (a layer, an epoch, a thread); this one does not move on.</summary>
    public RandomStream Fork(int number) => ForkOf((uint)number);

    private RandomStream ForkOf(ulong key)
    {
        // Each word passes through the mixer together with all before it.
        ulong seed = SplitMix(ref key) ^ _a;
        seed = SplitMix(ref seed) ^ _b;
        seed = SplitMix(ref seed) ^ _c;
        seed = SplitMix(ref seed) ^ _d;
        return new RandomStream(seed);
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
