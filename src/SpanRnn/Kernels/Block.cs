using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The unit of layout: rows are padded to whole blocks, and the gates of one block of units lie side by side.</summary>
internal static class Block
{
    /// <summary>Floats of a block: one AVX-512 vector, one cache line.</summary>
    public const int Size = 16;

    /// <summary>Panels of so many floats are written past the caches: they would be evicted before the next run reads them.</summary>
    public const long FarFloats = 1 << 19;

    /// <summary>
    /// A matrix of so many floats, 512 KiB, leaves the near caches between a training step's uses of it: its gradient is computed right before its weights change, block by block,
    /// and its panels are better not written to memory and read back.
    /// </summary>
    public const int LargeFloats = 1 << 17;

    /// <summary>How many blocks hold so many floats.</summary>
    public static int Count(int length) => (length + Size - 1) / Size;

    /// <summary>How many of a panel's vectors of one block lie side by side for each k: all, or one where a tile of narrow vectors has room for no more.</summary>
    public static int VectorsTogether(Isa isa, int width) => isa.Lanes >= Size ? width : 1;

    /// <summary>
    /// Floats from one row of pre-activations to the next: rows of a power of two would share a few sets of the caches, in which a column of them, or
    /// one panel's part of some rows, has no room. A block more sets them apart.
    /// </summary>
    public static int Apart(int blocks, int slots)
    {
        int dense = blocks * slots;
        return (slots > 1 && dense % Size == 0 ? dense + 1 : dense) * Size;
    }

    /// <summary>Rounds up to whole blocks.</summary>
    public static int Pad(int length) => Count(length) * Size;
}
