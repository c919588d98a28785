using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>What is summed: the term of each index, for any width.</summary>
internal interface ITerm
{
    /// <summary>Adds the terms of the indices from <paramref name="index"/> on, one to each lane; each index is asked for once.</summary>
    V Add<V>(V sum, nint index) where V : struct, ILanes<V>;
}
