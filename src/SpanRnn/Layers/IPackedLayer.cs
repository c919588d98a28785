using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>
/// A layer with a packed form of its weights, which training renews layer by layer, or block by block, while they are in a near cache, or leaves behind (<see cref="MatrixPanels"/>).
/// </summary>
internal interface IPackedLayer
{
    /// <summary>Blocks that each part must have, so that parts are still of about equal size.</summary>
    private const int LeastOfPart = 4;

    /// <summary>Where the layer's tensors begin in the arena.</summary>
    int Start { get; }

    /// <summary>Where they end.</summary>
    int End { get; }

    /// <summary>
    /// Whether they are so many that their first ones have left the near caches when the last ones are changed, and each of some parts has several blocks: then
    /// each block is better taken over right after it is changed.
    /// </summary>
    bool IsUpdatedByBlocks(int parts) => false;

    /// <summary>That of a layer whose largest matrix has so many floats and blocks.</summary>
    static bool IsUpdatedByBlocks(long floats, int blocks, int parts) => floats >= Block.LargeFloats && blocks >= LeastOfPart * parts;

    /// <summary>Whether panels of the way forward are behind the weights, that training does without (see <see cref="MatrixPanels"/>), for tests.</summary>
    bool IsBehind => false;

    /// <summary>Takes over changed weights.</summary>
    void Pack(ParameterSet weights);

    /// <summary>Takes over a part of the changed weights; the others may be taken over at the same time.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="update">Changes them, each block right before it is taken over; null if they are changed, and always unless <see cref="IsUpdatedByBlocks(int)"/>.</param>
    /// <param name="part">Which part.</param>
    /// <param name="parts">Of how many.</param>
    void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts)
    {
        if (part == 0)
        {
            Pack(weights);
        }
    }
}
