using System.Runtime.CompilerServices;
using SpanRnn.Layers;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through recurrent layers.</summary>
internal sealed class LayerStream : Stepped
{
    private readonly RecurrentSession _session;
    private readonly float[] _x, _y;

    public LayerStream(RecurrentSession session)
    {
        _session = session;
        (_x, _y) = (new float[session.Weights.InputSize], new float[session.Weights.OutputSize]);
        Feed(StepInput.Lively);
        session.Prewarm();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step() => _session.Step(_x, _y);

    public override void Feed(StepInput input) => StepInputs.Fill(_x.AsSpan(), input);

    public override void Dispose() => _session.Dispose();
}
