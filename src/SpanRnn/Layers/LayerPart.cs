using SpanRnn.Kernels;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>What one thread does of a layer's run through time: all units of some sequences, or some units of all sequences.</summary>
/// <param name="Sequences">Which rows of each step.</param>
/// <param name="Units">Which blocks of units, of pre-activations and cells.</param>
/// <param name="States">Which blocks of the hidden state, a projected one's too.</param>
/// <param name="Part">Its number.</param>
/// <param name="Barrier">Where parts of the units wait for each other; null for sequences, which never meet.</param>
internal readonly record struct LayerPart(RowRange Sequences, BlockRange Units, BlockRange States, int Part, PartBarrier? Barrier)
{
    /// <summary>Waits until the other units are as far.</summary>
    public void Meet() => Barrier?.Meet(Part);
}
