using System.Runtime.CompilerServices;
using SpanRnn.Models;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>Many streams through the same model of ours, stepped together or one after the other.</summary>
internal sealed class ModelGroup : Stepped
{
    private readonly SequenceSession[] _sessions;
    private readonly SequenceSessionBatch? _batch;
    private readonly float[] _x, _y;
    private readonly int[] _tokens;
    private readonly int _inputs, _outputs;
    private readonly bool _takesTokens;

    public ModelGroup(FrozenModel weights, int sessions, bool isTogether)
    {
        _sessions = [.. Enumerable.Range(0, sessions).Select(_ => weights.CreateSession())];
        _batch = isTogether ? new SequenceSessionBatch(weights, sessions) : null;
        (_inputs, _outputs, _takesTokens) = (weights.InputSize, weights.OutputSize, weights.TakesTokens);
        (_x, _y, _tokens) = (new float[sessions * _inputs], new float[sessions * _outputs], new int[sessions]);
        StepInputs.Fill(_x.AsSpan(), StepInput.Lively);
        StepInputs.Fill(_tokens.AsSpan(), StepInput.Lively, Math.Max(1, weights.Vocabulary));
    }

    public override int Streams => _sessions.Length;

    public override bool TakesNumbers => !_takesTokens;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step()
    {
        if (_batch is not null && _takesTokens)
        {
            _batch.StepMany(_sessions, _tokens, _y);
        }
        else if (_batch is not null)
        {
            _batch.StepMany(_sessions, _x, _y);
        }
        else
        {
            StepEach();
        }
    }

    public override void Dispose()
    {
        _batch?.Dispose();
        Array.ForEach(_sessions, session => session.Dispose());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepEach()
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            Span<float> y = _y.AsSpan(i * _outputs, _outputs);
            if (_takesTokens)
            {
                _sessions[i].Step(_tokens[i], y);
            }
            else
            {
                _sessions[i].Step(_x.AsSpan(i * _inputs, _inputs), y);
            }
        }
    }
}
