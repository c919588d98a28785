using System.Runtime.CompilerServices;
using SpanRnn.Models;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through a model of ours.</summary>
internal sealed class ModelStream : Stepped
{
    private readonly SequenceSession _session;
    private readonly float[] _x, _y;
    private readonly int[] _tokens = new int[StepInputs.Turns];
    private int _turn;

    public ModelStream(SequenceSession session)
    {
        _session = session;
        (_x, _y) = (new float[session.Weights.InputSize], new float[session.OutputSize]);
        Feed(StepInput.Lively);
        session.Prewarm();
    }

    public override bool TakesNumbers => !_session.Weights.TakesTokens;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step()
    {
        if (_session.Weights.TakesTokens)
        {
            _session.Step(_tokens[_turn++ & (StepInputs.Turns - 1)], _y);
        }
        else
        {
            _session.Step(_x, _y);
        }
    }

    public override void Feed(StepInput input)
    {
        _turn = 0;
        StepInputs.Fill(_x.AsSpan(), input);
        StepInputs.Fill(_tokens.AsSpan(), input, Math.Max(1, _session.Weights.Vocabulary));
    }

    public override void Dispose() => _session.Dispose();
}
