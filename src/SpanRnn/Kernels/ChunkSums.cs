using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Some of the chunks of a sum in <see cref="FixedOrder"/>, each on its own: several threads can share them.</summary>
internal ref struct ChunkSums<TTerm> : IKernel where TTerm : struct, ITerm, allows ref struct
{
    public TTerm Term;

    /// <summary>Terms of the whole sum.</summary>
    public nint Length;

    /// <summary>Gets a sum for each chunk of <see cref="FixedOrder.ChunkLength"/> terms.</summary>
    public Span<float> Sums;

    /// <summary>Which chunks: from the first to before the last.</summary>
    public int First, End;

    public void Run<V>() where V : struct, ILanes<V>
    {
        for (int chunk = First; chunk < End; chunk++)
        {
            nint start = (nint)chunk * FixedOrder.ChunkLength;
            Sums[chunk] = FixedOrder.Chunk<V, TTerm>(ref Term, start, Math.Min(FixedOrder.ChunkLength, Length - start));
        }
    }
}
