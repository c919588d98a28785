using SpanRnn.Models;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through a model of ours.</summary>
internal sealed class ModelStream : FedStream
{
    private readonly SequenceSession _session;

    public ModelStream(SequenceSession session) : base(session.Weights.InputSize, session.Weights.Vocabulary, session.OutputSize)
    {
        _session = session;
        Feed(StepInput.Lively);
        session.Prewarm();
    }

    public override void Dispose() => _session.Dispose();

    protected override void Step(int token, Span<float> y) => _session.Step(token, y);

    protected override void Step(ReadOnlySpan<float> x, Span<float> y) => _session.Step(x, y);
}
