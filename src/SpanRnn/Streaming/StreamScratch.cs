using SpanRnn.Kernels;

namespace SpanRnn.Streaming;

/// <summary>Floats that a layer's step needs for each sequence, whole blocks each.</summary>
/// <param name="State">h, and with a projection room for the cell's own output as well.</param>
/// <param name="Cell">c.</param>
/// <param name="A">Pre-activations, where they outlive a group of units.</param>
/// <param name="Gated">r * h, of a cell with a candidate.</param>
/// <param name="Output">The cell's output below a projection.</param>
/// <param name="Partial">Sums that are put aside, of many sequences alone.</param>
internal readonly record struct StreamScratch(int State, int Cell, int A, int Gated, int Output, int Partial)
{
    /// <summary>Floats of the sums that one thread works on: eight vectors.</summary>
    public const int Sums = 8 * Block.Size;

    /// <summary>Of one sequence alone: c; then A and r * h of a cell with a candidate, which has no c; then the output below a projection.</summary>
    public int Room => Cell + (Gated > 0 ? A + Gated : 0) + Output;
}
