using System.Runtime.CompilerServices;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through a whole model, of numbers or of tokens, whatever kind of session steps it.</summary>
/// <param name="inputs">Numbers of a step.</param>
/// <param name="vocabulary">How many tokens there are; 0 for a model of numbers.</param>
/// <param name="outputs">Numbers that a step gives.</param>
internal abstract class FedStream(int inputs, int vocabulary, int outputs) : Stepped
{
    private readonly float[] _x = new float[inputs], _y = new float[outputs];
    private readonly int[] _tokens = new int[StepInputs.Turns];
    private int _turn;

    public sealed override bool TakesNumbers => vocabulary == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Step()
    {
        if (vocabulary > 0)
        {
            Step(_tokens[_turn++ & (StepInputs.Turns - 1)], _y);
        }
        else
        {
            Step(_x, _y);
        }
    }

    public sealed override void Feed(StepInput input)
    {
        _turn = 0;
        StepInputs.Fill(_x.AsSpan(), input);
        StepInputs.Fill(_tokens.AsSpan(), input, Math.Max(1, vocabulary));
    }

    protected abstract void Step(int token, Span<float> y);

    protected abstract void Step(ReadOnlySpan<float> x, Span<float> y);
}
