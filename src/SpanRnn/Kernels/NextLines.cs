namespace SpanRnn.Kernels;

/// <summary>
/// What a tile asks for while it computes, a line for each term: <see cref="NextLines"/>, <see cref="LinesApart"/>, or <see cref="NoLines"/>. A type, so that a tile that asks for
/// nothing has no code for it.
/// </summary>
internal interface ILines
{
    static abstract bool AreAsked { get; }

    /// <summary>Bytes from the tile's first line of the panel that is read to the first that is asked for.</summary>
    nint First { get; }

    /// <summary>Bytes from one line that is asked for to the next.</summary>
    nint Step { get; }
}

/// <summary>Nothing is asked for.</summary>
internal readonly struct NoLines : ILines
{
    public static bool AreAsked => false;

    public nint First => 0;

    public nint Step => 0;
}

/// <summary>Lines at any distance from each other: what a later tile needs of rows that lie apart.</summary>
internal readonly record struct LinesApart(nint First, nint Step) : ILines
{
    public static bool AreAsked => true;
}

/// <summary>
/// Lines of the next panel, which the first tiles of a panel ask for, one for each term. The first tile of the next would else wait for every line of
/// it, which takes twice as long as its multiply-adds where weights come from a far cache.
/// </summary>
/// <remarks>Line by line in the order of memory: with a panel's row between one and the next they came no earlier.</remarks>
internal readonly record struct NextLines(nint First) : ILines
{
    /// <summary>Bytes from one line to the next.</summary>
    public const int Line = Block.Size * sizeof(float);

    /// <summary>Rows of a tile up to which it waits for its own panel, and had better not ask for the next.</summary>
    public const int LowTile = 4;

    /// <summary>
    /// Bytes of all panels up to which they are still in the second-level cache when they are swept over again: where every step does it and little comes
    /// between, and where other products may.
    /// </summary>
    private const int NearPanelsOfStep = 1 << 20, NearPanels = 256 << 10;

    public static bool AreAsked => true;

    public nint Step => Line;

    /// <summary>Whether panels of so many bytes in all come from beyond the second-level cache.</summary>
    public static bool ComeFromAfar(nint bytes, bool isEveryStep) => bytes > (isEveryStep ? NearPanelsOfStep : NearPanels);

    /// <summary>Bytes from the panel that a sweep reads i-th to the one it reads next; 0 if there is none.</summary>
    /// <param name="p">The product.</param>
    /// <param name="i">Which comes now, in the order of the sweep.</param>
    /// <param name="panels">How many there are.</param>
    /// <param name="terms">Bytes from the terms of this sweep to those of the next.</param>
    /// <param name="goesOn">Whether another sweep follows, which begins with the first panel again.</param>
    public static nint ToNextPanel(in Product p, int i, int panels, nint terms = 0, bool goesOn = false)
    {
        nint step = p.Backwards ? -p.BPanel : p.BPanel;
        return i + 1 < panels ? step : goesOn ? terms - (panels - 1) * step : 0;
    }

    /// <summary>Whether a panel's tile number <paramref name="tile"/> has a share of the next panel: as many lines as it has terms.</summary>
    public static bool HasShare(nint next, int tile, int height, int width) => next != 0 && tile < width && height > LowTile;

    /// <summary>The share of a tile.</summary>
    public static NextLines Share(in Product p, nint next, int tile) => new(next + (p.NextShare == 0 ? Bytes(in p, tile) : tile * p.NextShare));

    /// <summary>Bytes of so many of a panel's vectors, of all terms.</summary>
    public static nint Bytes(in Product p, int vectors) => (nint)vectors * p.Runs * p.RunLength * Line;
}
