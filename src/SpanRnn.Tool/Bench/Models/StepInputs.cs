using SpanRnn.Parameters;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>The numbers and tokens that steps read.</summary>
internal static class StepInputs
{
    /// <summary>Tokens that a lively stream reads in turns; a power of two.</summary>
    public const int Turns = 64;

    private const float Extreme = 1e20f;

    public static void Fill(Span<float> x, StepInput input)
    {
        switch (input)
        {
            case StepInput.Lively: new RandomStream(1).FillNormal(x, 0f, 1f); break;
            case StepInput.Silent: x.Clear(); break;
            default: x.Fill(Extreme); break;
        }
    }

    public static void Fill(Span<int> tokens, StepInput input, int vocabulary)
    {
        var random = new RandomStream(1);
        foreach (ref int token in tokens)
        {
            token = input == StepInput.Lively ? random.NextInt32(vocabulary) : 0;
        }
    }
}
