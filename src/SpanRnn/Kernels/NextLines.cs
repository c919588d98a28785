namespace SpanRnn.Kernels;

/// <summary>What a tile asks for while it computes: <see cref="NextLines"/>, or <see cref="NoLines"/>. A type, so that a tile that asks for nothing has no code for it.</summary>
internal interface ILines
{
    static abstract bool AreAsked { get; }

    /// <summary>Bytes from the tile's first line of the panel that is read to the first that is asked for.</summary>
    nint First { get; }
}

/// <summary>Nothing is asked for.</summary>
internal readonly struct NoLines : ILines
{
    public static bool AreAsked => false;

    public nint First => 0;
}

/// <summary>
/// Lines of the next panel, which the first tiles of a panel ask for, one for each term. The first tile of the next would else wait for every line of it, which
/// takes twice as long as its multiply-adds where weights come from a far cache.
/// </summary>
/// <remarks>Line by line in the order of memory: with a panel's row between one and the next they came no earlier.</remarks>
internal readonly record struct NextLines(nint First) : ILines
{
    /// <summary>Bytes from one line to the next.</summary>
    public const int Line = Block.Size * sizeof(float);

    public static bool AreAsked => true;

    /// <summary>Whether tile number <paramref name="tile"/> of <paramref name="width"/> vectors has a share of the next panel: as many lines as it has terms.</summary>
    public static bool HasShare(nint next, int tile, int width) => next != 0 && tile < width;

    /// <summary>The share of a tile.</summary>
    public static NextLines Share(in Product p, nint next, int tile) => new(next + Bytes(in p, tile));

    /// <summary>Bytes of so many of a panel's vectors, of all terms.</summary>
    public static nint Bytes(in Product p, int vectors) => (nint)vectors * p.Runs * p.RunLength * Line;
}
