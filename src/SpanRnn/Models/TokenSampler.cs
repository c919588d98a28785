using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <summary>Draws a token from logits: p = softmax(a / temperature). Temperature 0 takes the largest.</summary>
/// <remarks>Seeded, and allocates nothing. Probabilities are computed in double.</remarks>
public sealed class TokenSampler
{
    private readonly RandomStream _random;
    private readonly double _temperature;

    /// <summary>A sampler of its own stream.</summary>
    /// <param name="temperature">0 or more: below 1 is bolder than the model, above 1 more even.</param>
    /// <param name="seed">The same seed gives the same tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is negative or not finite.</exception>
    public TokenSampler(double temperature = 1, ulong seed = 0)
    {
        if (!(temperature >= 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Expected a finite number, 0 or more.");
        }

        (_temperature, _random) = (temperature, new RandomStream(seed).Fork("sampler"));
    }

    /// <summary>One token.</summary>
    /// <exception cref="ArgumentException">There are no logits, or one is NaN.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        int best = 0;
        if (logits.IsEmpty || logits.ContainsAnyExceptInRange(float.NegativeInfinity, float.PositiveInfinity))
        {
            throw new ArgumentException(logits.IsEmpty ? "logits: expected at least one, found none." : "logits: one is NaN.", nameof(logits));
        }

        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        if (_temperature == 0)
        {
            return best;
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp((logit - (double)logits[best]) / _temperature);
        }

        double left = _random.NextDouble() * sum;
        for (int i = 0; i < logits.Length; i++)
        {
            left -= Math.Exp((logits[i] - (double)logits[best]) / _temperature);
            if (left < 0)
            {
                return i;
            }
        }

        return best;
    }
}
