using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Models;

/// <summary>What a trainer needs of a model to change its weights, whatever the model's data flow.</summary>
internal interface ITrainedModel
{
    ParameterSet Weights { get; }

    Isa Isa { get; }

    /// <summary>In the order of the arena; the last one ends where the arena does.</summary>
    IReadOnlyList<IPackedLayer> PackedLayers { get; }

    /// <summary>One optimizer step. A layer is packed as soon as it is updated, while its weights are in a cache.</summary>
    void Update(Optimizer optimizer, ParameterSet gradients, float scale)
    {
        optimizer.BeginStep(Weights, gradients, scale);
        int done = 0;
        for (int i = 0; i < PackedLayers.Count; i++)
        {
            IPackedLayer layer = PackedLayers[i];
            optimizer.UpdateRange(Weights, gradients, scale, done, layer.End - done);
            layer.Pack(Weights);
            done = layer.End;
        }
    }

    /// <summary>Takes over changed weights.</summary>
    void PackAll()
    {
        foreach (IPackedLayer layer in PackedLayers)
        {
            layer.Pack(Weights);
        }
    }
}
