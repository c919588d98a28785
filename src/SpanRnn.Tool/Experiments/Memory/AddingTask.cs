using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The adding problem (Hochreiter and Schmidhuber 1997): numbers in a row, two of them marked; what is their sum?</summary>
/// <remarks>
/// As in Bai, Kolter and Koltun 2018: numbers uniform in [0, 1), a second input that is 1 at two different steps drawn at random and 0
/// elsewhere. To answer 1 always has a mean squared error of 1/6 in expectation, the variance of the sum; papers print 0.1767.
/// </remarks>
/// <param name="steps">T.</param>
internal sealed class AddingTask(int steps)
{
    /// <summary>Numbers of a step: a value and its mark.</summary>
    public const int Inputs = 2;

    /// <summary>A mean squared error below this counts as solved.</summary>
    public const double Solved = 0.005;

    /// <summary>An answer this close is right, as Hochreiter and Schmidhuber count.</summary>
    public const double Close = 0.04;

    public int Steps => steps;

    /// <summary>Draws sequences.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="x">Gets the inputs, [T, B, 2].</param>
    /// <param name="sums">Gets the answers, [B].</param>
    public void Draw(RandomStream random, Span<float> x, Span<float> sums)
    {
        for (int b = 0; b < sums.Length; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                int at = (t * sums.Length + b) * Inputs;
                (x[at], x[at + 1]) = (random.NextSingle(), 0f);
            }

            int first = random.NextInt32(steps), second = random.NextInt32(steps - 1);
            second += second >= first ? 1 : 0; // any but the first
            sums[b] = Mark(x, first, b, sums.Length) + Mark(x, second, b, sums.Length);
        }
    }

    private static float Mark(Span<float> x, int step, int b, int batch)
    {
        int at = (step * batch + b) * Inputs;
        x[at + 1] = 1f;
        return x[at];
    }
}
