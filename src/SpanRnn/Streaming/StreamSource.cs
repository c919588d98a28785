using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Streaming;

/// <summary>What a layer is frozen from.</summary>
internal ref struct StreamSource
{
    public int Inputs, Units, States;

    /// <summary>W and R; R's candidate, and the projection, of no depth if there is none.</summary>
    public StreamMatrix Input, State, Candidate, Projection;

    /// <summary>Slots x 16 floats for each block of 16 units, and the rows of a general cell in the same order.</summary>
    public ReadOnlySpan<float> Bias, Pointwise;

    public CellSettings Settings;

    public Isa Isa;
}
