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

    /// <summary>Whether two vectors that follow each other are kept as one, their weights in turns: see <see cref="LoadPair"/>.</summary>
    static abstract bool IsPaired { get; }

    /// <summary>Reads two vectors of weights that are kept as a pair, without their scale.</summary>
    static abstract (V First, V Second) LoadPair<V>(ref readonly byte source) where V : struct, ILanes<V>;

    /// <summary>Reads a vector of weights, without their scale.</summary>
    static abstract V Load<V>(ref readonly byte source) where V : struct, ILanes<V>;

    /// <summary>sum += s times a vector of weights, without their scale; rounded once.</summary>
    static abstract void AddProduct<V>(ref V sum, V s, ref readonly byte weights) where V : struct, ILanes<V>;

    /// <summary>The factor of a row of the matrix; 1 if there is none.</summary>
    static abstract float ScaleOf(ReadOnlySpan<float> row);

    /// <summary>Writes the nearest number of the format to value / scale.</summary>
    static abstract void Write(float value, float scale, ref byte destination);

    /// <summary>
    /// The bytes before a weight in a run of <paramref name="vectors"/> vectors: vector by vector, or pair by pair and then the odd one.
    /// </summary>
    static virtual int Offset<TWeight>(int vector, int vectors, int lane, int lanes) where TWeight : struct, IWeight => TWeight.Bytes
        * (TWeight.IsPaired && (vector | 1) < vectors ? vector / 2 * 2 * lanes + 2 * lane + vector % 2 : vector * lanes + lane);
}
