using System.Runtime.CompilerServices;
using SpanRnn.Layers;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>Many streams through the same recurrent layers, stepped together or one after the other.</summary>
internal sealed class LayerGroup : Stepped
{
    private readonly RecurrentSession[] _sessions;
    private readonly RecurrentSessionBatch? _batch;
    private readonly float[] _x, _y;
    private readonly int _inputs, _outputs;

    public LayerGroup(FrozenRecurrent weights, int sessions, bool isTogether)
    {
        _sessions = [.. Enumerable.Range(0, sessions).Select(_ => weights.CreateSession())];
        _batch = isTogether ? new RecurrentSessionBatch(weights, sessions) : null;
        (_inputs, _outputs) = (weights.InputSize, weights.OutputSize);
        (_x, _y) = (new float[sessions * _inputs], new float[sessions * _outputs]);
        StepInputs.Fill(_x.AsSpan(), StepInput.Lively);
    }

    public override int Streams => _sessions.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step()
    {
        if (_batch is not null)
        {
            _batch.StepMany(_sessions, _x, _y);
            return;
        }

        for (int i = 0; i < _sessions.Length; i++)
        {
            _sessions[i].Step(_x.AsSpan(i * _inputs, _inputs), _y.AsSpan(i * _outputs, _outputs));
        }
    }

    public override void Dispose()
    {
        _batch?.Dispose();
        Array.ForEach(_sessions, session => session.Dispose());
    }
}
