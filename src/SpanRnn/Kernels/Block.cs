namespace SpanRnn.Kernels;

/// <summary>The unit of layout: rows are padded to whole blocks, and the gates of one block of units lie side by side.</summary>
internal static class Block
{
    /// <summary>Floats of a block: one AVX-512 vector, one cache line.</summary>
    public const int Size = 16;

    /// <summary>How many blocks hold so many floats.</summary>
    public static int Count(int length) => (length + Size - 1) / Size;

    /// <summary>Rounds up to whole blocks.</summary>
    public static int Pad(int length) => Count(length) * Size;
}
