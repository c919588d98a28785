using SpanRnn.Interchange;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>Another program's model.</summary>
internal sealed class ForeignModel : BenchModel
{
    private readonly ImportedModel _model;

    /// <exception cref="InvalidOperationException">It cannot be stepped: a layer runs in both directions.</exception>
    public ForeignModel(string name, ImportedModel model)
    {
        (Name, _model) = (name, model);
        try
        {
            model.CreateSession().Dispose();
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public override string Name { get; }

    public override IReadOnlyList<WeightFormat> Formats { get; } = [WeightFormat.Float32];

    public override bool CanBeGrouped => false;

    public override Stepped CreateStream(WeightFormat format) => new ImportedStream(_model);

    public override void Dispose() => _model.Dispose();
}
