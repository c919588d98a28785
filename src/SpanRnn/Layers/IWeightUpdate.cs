using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>What changes weights, a range of the arena at a time: so that a layer can take over what was changed while it is in a near cache.</summary>
internal interface IWeightUpdate
{
    /// <summary>What is changed.</summary>
    ParameterSet Weights { get; }

    /// <summary>Changes some floats of the arena; the numbers are multiples of 16. Ranges that do not meet may be changed at once by several threads.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">How many.</param>
    /// <param name="gradient">Where their gradients begin in the gradients' arena.</param>
    void Run(int start, int length, int gradient);

    /// <summary>What <see cref="Run"/> reads of a tensor besides gradients.</summary>
    /// <param name="start">The tensor's first float.</param>
    /// <param name="areWeightsNear">Whether the weights were read just now.</param>
    ReadsAfter ReadsOf(int start, bool areWeightsNear);

    /// <summary>All of a layer was changed and taken over. For one thread at a time.</summary>
    void Finish(IPackedLayer layer);
}
