using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>A part of the packing of one layer's weights, which are changed before or, block by block, meanwhile.</summary>
internal ref struct WeightPacking : IPartedWork
{
    public IPackedLayer Layer;
    public ParameterSet Weights;
    public IWeightUpdate? Update;

    public readonly void Run(int part, int parts) => Layer.Pack(Weights, Update, part, parts);
}
