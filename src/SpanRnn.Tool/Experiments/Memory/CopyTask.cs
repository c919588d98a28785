using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The copy memory problem (Hochreiter and Schmidhuber 1997, as in Arjovsky, Shah and Bengio 2016): say again what was said long ago.</summary>
/// <remarks>
/// 10 symbols of 8, D - 1 blanks, a signal, 10 blanks: D + 20 steps. Wanted are D + 10 blanks, then the 10 symbols. Who remembers nothing,
/// but knows when to speak, has a cross-entropy of 10 ln 8 / (D + 20).
/// </remarks>
/// <param name="delay">D.</param>
internal sealed class CopyTask(int delay)
{
    /// <summary>Symbols to remember.</summary>
    public const int Length = 10;

    /// <summary>Different symbols.</summary>
    public const int Symbols = 8;

    /// <summary>Numbers of a step: one for each symbol, the blank and the signal; one is 1, the others 0.</summary>
    public const int Inputs = Symbols + 2;

    /// <summary>Classes at each step: the symbols and the blank.</summary>
    public const int Classes = Symbols + 1;

    private const int Blank = Symbols, Signal = Symbols + 1;

    /// <summary>Steps of a sequence.</summary>
    public int Steps => delay + 2 * Length;

    /// <summary>The first step at which a symbol is wanted.</summary>
    public int Recall => delay + Length;

    /// <summary>The cross-entropy of who remembers nothing.</summary>
    public double Memoryless => Length * Math.Log(Symbols) / Steps;

    /// <summary>Draws sequences.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="x">Gets the inputs, [steps, B, 10].</param>
    /// <param name="targets">Gets the classes wanted, [steps, B].</param>
    /// <param name="batch">B.</param>
    public void Draw(RandomStream random, Span<float> x, Span<int> targets, int batch)
    {
        x.Clear();
        targets.Fill(Blank);
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < Steps; t++)
            {
                int input = t < Length ? random.NextInt32(Symbols) : t == Recall - 1 ? Signal : Blank;
                x[(t * batch + b) * Inputs + input] = 1f;
                if (t < Length)
                {
                    targets[(Recall + t) * batch + b] = input;
                }
            }
        }
    }
}
