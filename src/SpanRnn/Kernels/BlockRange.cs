namespace SpanRnn.Kernels;

/// <summary>Some neighbours of a row's blocks: what one thread computes of every row.</summary>
/// <param name="First">The first of them.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct BlockRange(int First, int End)
{
    /// <summary>How many.</summary>
    public int Count => End - First;

    /// <summary>The first float of a row that is in the range.</summary>
    public int Start => First * Block.Size;

    /// <summary>How many floats of a row of <paramref name="length"/> are in the range, padding not counted.</summary>
    public int LengthOf(int length) => Math.Max(0, Math.Min(End * Block.Size, length) - Start);

    /// <summary>One of several parts of so many blocks, of about equal size.</summary>
    public static BlockRange Part(int blocks, int part, int parts) =>
        new((int)((long)blocks * part / parts), (int)((long)blocks * (part + 1) / parts));
}
