using SpanRnn.Interchange;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One stream through another program's model.</summary>
internal sealed class ImportedStream : FedStream
{
    private readonly ImportedSession _session;

    public ImportedStream(ImportedModel model)
        : base(model.TakesTokens ? 0 : model.InputSize, model.TakesTokens ? model.InputSize : 0, model.OutputSize)
    {
        _session = model.CreateSession();
        Feed(StepInput.Lively);
    }

    public override void Dispose() => _session.Dispose();

    protected override void Step(int token, Span<float> y) => _session.Step(token, y);

    protected override void Step(ReadOnlySpan<float> x, Span<float> y) => _session.Step(x, y);
}
