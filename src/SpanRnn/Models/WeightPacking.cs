using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>A part of the packing of one layer's changed weights.</summary>
internal ref struct WeightPacking : IPartedWork
{
    public IPackedLayer Layer;
    public ParameterSet Weights;

    public readonly void Run(int part, int parts) => Layer.Pack(Weights, part, parts);
}
