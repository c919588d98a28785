using System.Runtime.CompilerServices;
using SpanRnn.Interchange;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through another program's model.</summary>
internal sealed class ImportedStream : Stepped
{
    private readonly ImportedSession _session;
    private readonly float[] _x, _y;
    private readonly int[] _tokens = new int[StepInputs.Turns];
    private readonly int _vocabulary;
    private int _turn;

    public ImportedStream(ImportedModel model)
    {
        _session = model.CreateSession();
        _vocabulary = model.TakesTokens ? model.InputSize : 0;
        (_x, _y) = (new float[model.TakesTokens ? 0 : model.InputSize], new float[model.OutputSize]);
        Feed(StepInput.Lively);
    }

    public override bool TakesNumbers => _vocabulary == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step()
    {
        if (_vocabulary > 0)
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
        StepInputs.Fill(_tokens.AsSpan(), input, Math.Max(1, _vocabulary));
    }

    public override void Dispose() => _session.Dispose();
}
