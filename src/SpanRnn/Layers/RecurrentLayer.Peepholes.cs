using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>The layer's pointwise parameters: the mask of its units, and an LSTM's peepholes in the order i f o.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>The slots of the gates that have a peephole: i, f and o of i f g o.</summary>
    protected static ReadOnlySpan<int> PeepholeSlots => [0, 1, OutputSlot];

    /// <summary>The gate that sees the new cell state rather than the previous one.</summary>
    protected const int OutputSlot = 3;

    /// <summary>p, [3 x H]; only with peepholes.</summary>
    public TensorView Peepholes(ParameterSet set) => set[_wPeephole];

    /// <summary>Rows of <see cref="Cells.CellShape.PointwiseRows"/> vectors a block: 1 where there is a unit, then the peepholes.</summary>
    protected void PackPointwise(ParameterSet weights, Span<float> rows)
    {
        for (int unit = 0; unit < Units && Shape.PointwiseRows > 0; unit++)
        {
            Span<float> at = rows[(unit / Block.Size * Shape.PointwiseRows * Block.Size + unit % Block.Size)..];
            at[0] = 1f;
            for (int gate = 0; gate < PeepholeSlots.Length && HasPeepholes; gate++)
            {
                at[(1 + gate) * Block.Size] = Peepholes(weights).Memory[gate * Units + unit];
            }
        }
    }

    /// <summary>From [3, U] sums to the peepholes' gradients.</summary>
    protected void UnpackPeepholes(ReadOnlySpan<float> sums, ParameterSet gradients, bool accumulate)
    {
        int padded = Block.Pad(Units);
        for (int gate = 0; gate < PeepholeSlots.Length; gate++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                ref float sum = ref Peepholes(gradients).Memory[gate * Units + unit];
                sum = (accumulate ? sum : 0f) + sums[gate * padded + unit];
            }
        }
    }
}
