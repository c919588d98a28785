using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <summary>
/// Draws a token from logits: p = softmax(a / temperature), among the <c>topK</c> largest (Fan, Lewis and Dauphin 2018) and the fewest
/// whose probabilities reach <c>topP</c> together (Holtzman et al. 2020). Temperature 0 takes the largest.
/// </summary>
/// <remarks>Seeded, and allocates nothing once it has seen as many logits. Probabilities are computed in double.</remarks>
public sealed class TokenSampler
{
    private readonly RandomStream _random;
    private readonly double _temperature, _topP;
    private readonly int _topK;
    private long[] _sorted = [];

    /// <summary>A sampler of its own stream.</summary>
    /// <param name="temperature">0 or more: below 1 is bolder than the model, above 1 more even.</param>
    /// <param name="seed">The same seed gives the same tokens.</param>
    /// <param name="topK">How many tokens may be drawn, the likeliest; 0 for all.</param>
    /// <param name="topP">In (0, 1]: the likeliest tokens are kept until their probabilities, of those that topK leaves, sum to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range, or is not finite.</exception>
    public TokenSampler(double temperature = 1, ulong seed = 0, int topK = 0, double topP = 1)
    {
        if (!(temperature >= 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Expected a finite number, 0 or more.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(topK);
        if (!(topP is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(topP), topP, "Expected a number above 0, at most 1.");
        }

        (_temperature, _topK, _topP, _random) = (temperature, topK, topP, new RandomStream(seed).Fork("sampler"));
    }

    /// <summary>One token.</summary>
    /// <exception cref="ArgumentException">There are no logits, or one is NaN.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty || logits.ContainsAnyExceptInRange(float.NegativeInfinity, float.PositiveInfinity))
        {
            throw new ArgumentException(logits.IsEmpty ? "logits: expected at least one, found none." : "logits: one is NaN.", nameof(logits));
        }

        if (_temperature == 0 || _topK == 1)
        {
            return Largest(logits);
        }

        return (_topK == 0 || _topK >= logits.Length) && _topP == 1 ? Draw(logits, _temperature, _random) : DrawOfLikeliest(logits);
    }

    /// <summary>The first of the largest logits.</summary>
    internal static int Largest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    /// <summary>One of all tokens; where a logit is NaN, any.</summary>
    internal static int Draw(ReadOnlySpan<float> logits, double temperature, RandomStream random)
    {
        int best = Largest(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp((logit - (double)logits[best]) / temperature);
        }

        double left = random.NextDouble() * sum;
        for (int i = 0; i < logits.Length; i++)
        {
            left -= Math.Exp((logits[i] - (double)logits[best]) / temperature);
            if (left < 0)
            {
                return i;
            }
        }

        return best;
    }

    private int DrawOfLikeliest(ReadOnlySpan<float> logits)
    {
        if (_sorted.Length < logits.Length)
        {
            _sorted = new long[logits.Length];
        }

        // Largest first, equals in the order of the tokens: floats as integers of the same order above, the token below.
        Span<long> sorted = _sorted.AsSpan(0, logits.Length);
        for (int i = 0; i < logits.Length; i++)
        {
            int bits = BitConverter.SingleToInt32Bits(logits[i] + 0f);
            sorted[i] = ((long)(bits < 0 ? bits ^ int.MaxValue : bits) << 32) | (uint)(int.MaxValue - i);
        }

        sorted.Sort();
        sorted.Reverse();
        int kept = _topK == 0 ? logits.Length : Math.Min(_topK, logits.Length);
        double largest = logits[Token(sorted[0])], all = 0, sum = 0;
        for (int i = 0; i < kept; i++)
        {
            all += Weight(logits, sorted[i], largest);
        }

        int count = 0;
        while (count < kept && sum < _topP * all)
        {
            sum += Weight(logits, sorted[count++], largest);
        }

        double left = _random.NextDouble() * sum;
        for (int i = 0; i < count; i++)
        {
            left -= Weight(logits, sorted[i], largest);
            if (left < 0)
            {
                return Token(sorted[i]);
            }
        }

        return Token(sorted[0]);
    }

    private static int Token(long sorted) => int.MaxValue - (int)(uint)(sorted & uint.MaxValue);

    private double Weight(ReadOnlySpan<float> logits, long sorted, double largest) => Math.Exp((logits[Token(sorted)] - largest) / _temperature);
}
