using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Sums in one order, whatever the width of the vectors: so they have the same bits on every machine.</summary>
/// <remarks>
/// A chunk of 1024 terms has 16 partial sums, of the indices that are equal modulo 16, each in order of the index; they are then
/// added by halves. Chunks are added in order, in double precision. So a float sum is never longer than 64 terms.
/// </remarks>
internal static class FixedOrder
{
    /// <summary>Terms that are added in single precision.</summary>
    public const int ChunkLength = 1024;

    private const int Partials = Block.Size;

    /// <summary>The sum of the terms 0 to <paramref name="length"/> - 1.</summary>
    public static double Sum<V, TTerm>(scoped ref TTerm term, nint length)
        where V : struct, ILanes<V> where TTerm : struct, ITerm, allows ref struct
    {
        double total = 0;
        for (nint start = 0; start < length; start += ChunkLength)
        {
            total += Chunk<V, TTerm>(ref term, start, Math.Min(ChunkLength, length - start));
        }

        return total;
    }

    /// <summary>The sum of at most <see cref="ChunkLength"/> terms from <paramref name="start"/> on.</summary>
    internal static float Chunk<V, TTerm>(scoped ref TTerm term, nint start, nint length)
        where V : struct, ILanes<V> where TTerm : struct, ITerm, allows ref struct
    {
        Span<float> partials = stackalloc float[Partials];
        nint end = start + length, blocksEnd = start + length / Partials * Partials;
        for (int lane = 0; lane < Partials; lane += V.Width)
        {
            V sum = V.Of(0f);
            for (nint index = start + lane; index < blocksEnd; index += Partials)
            {
                sum = term.Add(sum, index);
            }

            sum.Store(ref partials[lane]);
        }

        // What does not fill a block: one lane at a time, to the partial sum it would have in a block.
        for (nint index = blocksEnd; index < end; index++)
        {
            ref float partial = ref partials[(int)(index - blocksEnd)];
            term.Add(Lanes1.Of(partial), index).Store(ref partial);
        }

        for (int half = Partials / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
            {
                partials[lane] += partials[lane + half];
            }
        }

        return partials[0];
    }
}
