using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
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

    /// <summary>
    /// The optimizer step that was begun, of what the way back has not changed. A layer is packed, unless its panels stay behind, as soon as it is updated, or block by block while it
    /// is, so that what is packed is still in a near cache.
    /// </summary>
    /// <param name="update">What changes them.</param>
    /// <param name="team">Who shares it.</param>
    void Update(WeightUpdate update, WorkerTeam? team)
    {
        int done = 0;
        for (int i = 0; i < PackedLayers.Count; i++)
        {
            IPackedLayer layer = PackedLayers[i];
            int parts = WorkerTeam.IsWorth(team, layer.End - done, LeastDivided) ? team!.Threads : 1;
            bool isFinished = update.IsFinished(layer), byBlocks = layer.IsUpdatedByBlocks(parts);
            var range = new RangeUpdate { Update = update, Start = done, Length = (isFinished || byBlocks ? layer.Start : layer.End) - done };
            if (range.Length > 0)
            {
                WorkerTeam.Run(team, ref range, parts);
            }

            if (!isFinished)
            {
                var packing = new WeightPacking { Layer = layer, Weights = Weights, Update = byBlocks ? update : null };
                WorkerTeam.Run(team, ref packing, parts);
            }

            done = layer.End;
        }

        Changed();
    }

    /// <summary>Takes over changed weights: before anything else runs, since some of what is computed reads them where they are.</summary>
    void PackAll()
    {
        foreach (IPackedLayer layer in PackedLayers)
        {
            layer.Pack(Weights);
        }

        Changed();
    }
}
