using SpanRnn.Lanes;

namespace SpanRnn.Kernels.Weights;

/// <summary>How weights lie in memory: a kernel is written once, over any of these, and differs by its load alone.</summary>
/// <remarks>Widening to float32 is exact, so a kernel's results have the same bits at every width. Sums of scaled weights are multiplied by their row's scale.</remarks>
internal interface IWeight
{
    /// <summary>Bytes of one weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>Whether each row of the matrix has a factor.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>Reads a vector of weights, without their scale.</summary>
    static abstract V Load<V>(ref readonly byte source) where V : struct, ILanes<V>;

    /// <summary>s times a vector of weights, without their scale, plus sum; rounded once.</summary>
    static abstract V FmaLoad<V>(V s, ref readonly byte weights, V sum) where V : struct, ILanes<V>;

    /// <summary>The factor of a row of the matrix; 1 if there is none.</summary>
    static abstract float ScaleOf(ReadOnlySpan<float> row);

    /// <summary>Writes the nearest number of the format to value / scale.</summary>
    static abstract void Write(float value, float scale, ref byte destination);
}
