using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>A model file or checkpoint of this library.</summary>
internal sealed class OwnModel : BenchModel
{
    private readonly LoadedModel _loaded;
    private readonly Dictionary<WeightFormat, FrozenModel> _frozen = [];

    /// <exception cref="InvalidOperationException">It cannot be stepped: it runs in both directions.</exception>
    /// <exception cref="ArgumentException">A weight is no finite number.</exception>
    public OwnModel(string name, LoadedModel loaded)
    {
        (Name, _loaded) = (name, loaded);
        try
        {
            foreach (WeightFormat format in Formats)
            {
                _frozen[format] = loaded.Model.Freeze(format);
            }
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public override string Name { get; }

    public override IReadOnlyList<WeightFormat> Formats { get; } = Enum.GetValues<WeightFormat>();

    public override bool CanBeGrouped => true;

    public override Stepped CreateStream(WeightFormat format) => new ModelStream(_frozen[format].CreateSession());

    public override Stepped CreateGroup(int sessions, bool isTogether) => new ModelGroup(_frozen[WeightFormat.Float32], sessions, isTogether);

    public override long WeightBytes(WeightFormat format) => _frozen[format].WeightBytes;

    public override void Dispose() => _loaded.Dispose();
}
