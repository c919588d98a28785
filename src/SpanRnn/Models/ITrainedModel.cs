using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>What a trainer needs of a model to change its weights, whatever the model's data flow.</summary>
internal interface ITrainedModel
{
    /// <summary>Weights of a layer below which one thread is done before a second one is awake.</summary>
    private const int LeastDivided = 32_768;

    ParameterSet Weights { get; }

    Isa Isa { get; }

    /// <summary>In the order of the arena; the last one ends where the arena does.</summary>
    IReadOnlyList<IPackedLayer> PackedLayers { get; }

    /// <summary>The weights are no longer what was frozen last.</summary>
    void Changed()
    {
    }

    /// <summary>One optimizer step. A layer is packed as soon as it is updated, while its weights are in a cache.</summary>
    void Update(Optimizer optimizer, ParameterSet gradients, float scale, WorkerTeam? team)
    {
        optimizer.BeginStep(Weights, gradients, scale);
        int done = 0;
        for (int i = 0; i < PackedLayers.Count; i++)
        {
            IPackedLayer layer = PackedLayers[i];
            var update = new WeightUpdate
            {
                Optimizer = optimizer,
                Weights = Weights,
                Gradients = gradients,
                Scale = scale,
                Start = done,
                Length = layer.End - done,
            };
            var packing = new WeightPacking { Layer = layer, Weights = Weights };
            int parts = WorkerTeam.IsWorth(team, update.Length, LeastDivided) ? team!.Threads : 1;
            WorkerTeam.Run(team, ref update, parts);
            WorkerTeam.Run(team, ref packing, parts);
            done = layer.End;
        }

        Changed();
    }

    /// <summary>Takes over changed weights.</summary>
    void PackAll()
    {
        foreach (IPackedLayer layer in PackedLayers)
        {
            layer.Pack(Weights);
        }

        Changed();
    }
}
