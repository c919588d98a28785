using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>A layer with a packed form of its weights, which training renews layer by layer, while they are in a near cache.</summary>
internal interface IPackedLayer
{
    /// <summary>Where the layer's tensors end in the arena.</summary>
    int End { get; }

    /// <summary>Takes over changed weights.</summary>
    void Pack(ParameterSet weights);

    /// <summary>Takes over a part of the changed weights; the others may be taken over at the same time.</summary>
    void Pack(ParameterSet weights, int part, int parts)
    {
        if (part == 0)
        {
            Pack(weights);
        }
    }
}
