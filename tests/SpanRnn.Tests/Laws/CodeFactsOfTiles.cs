using SpanRnn.Kernels;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// A tile's loop: one multiply-add for each of its sums, one load for each vector of the panel, one broadcast for each row, and no other vector instruction: no register
/// is copied. Likewise while it asks for lines of the next panel or of what a gradient needs next, as high tiles do.
/// </summary>
internal sealed class CodeFactsOfTiles : ICodeFact
{
    private static readonly string[] Numbers =
        [nameof(One), nameof(Two), nameof(Three), nameof(Four), nameof(Five), nameof(Six), nameof(Seven), nameof(Eight)];

    public IEnumerable<string> Differences(JitListing listing)
    {
        // As Gemm cuts them: panels as wide as they are packed, or a block of 16 units at a time.
        (int Width, int Lowest, int Tallest)[] shapes = listing.Lanes == 16 ? [(1, 1, 8), (2, 1, 8), (3, 1, 8), (4, 1, 6)] : [(2, 2, 6)];
        IEnumerable<string> tiles =
            from shape in shapes
            from rows in Enumerable.Range(shape.Lowest, shape.Tallest - shape.Lowest + 1)
            from lines in LinesOf(listing, rows, shape.Width)
            from difference in Differences(
                listing, $"Tile:Run[Lanes{listing.Lanes},Float32,{Numbers[rows - 1]},{Numbers[shape.Width - 1]},{lines}]", rows * shape.Width,
                loads: shape.Width, broadcasts: rows, prefetches: lines == nameof(NoLines) ? 0 : 1)
            select difference;

        // Both products of a tile, in one loop.
        IEnumerable<string> joinedTiles =
            from rows in listing.Lanes == Block.Size ? Enumerable.Range(1, 6) : []
            from lines in rows > NextLines.LowTile ? [nameof(NoLines), nameof(NextLines)] : (string[])[nameof(NoLines)]
            from difference in Differences(
                listing, $"JoinedTile:Run[Lanes16,{Numbers[rows - 1]},Four,{lines}]", rows * 4, loads: 4, broadcasts: rows,
                prefetches: lines == nameof(NextLines) ? 1 : 0)
            select difference;

        // A single row by narrow vectors: up to four blocks at a time; each weight is read by its multiply-add.
        IEnumerable<string> rowTiles =
            from blocks in Enumerable.Range(1, listing.Lanes == 16 ? 0 : 4)
            from difference in Differences(
                listing, $"NarrowRowTile:Run[Lanes{listing.Lanes},{Numbers[blocks - 1]}]", blocks * Block.Size / listing.Lanes, loads: 0,
                broadcasts: 1)
            select difference;

        // A row beside a tile: the tile as above, and each of the row's weights read by its multiply-add.
        IEnumerable<string> aheadTiles =
            from half in listing.Lanes == 16 ? [2, 3] : (int[])[]
            from width in (int[])[3, 4]
            let rows = AheadTile.Rows(width)
            let terms = AheadTile.Terms(2 * half)
            from difference in Differences(
                listing, $"AheadTile:Run[Lanes{listing.Lanes},{Numbers[half - 1]},{Numbers[width - 1]}]", rows * width + terms * 2 * half, loads: width,
                broadcasts: rows + terms)
            select difference;
        return tiles.Concat(joinedTiles).Concat(rowTiles).Concat(aheadTiles);
    }

    /// <summary>What a tile may ask for: nothing if it is low or narrow; gradients have no tiles of four vectors.</summary>
    private static string[] LinesOf(JitListing listing, int rows, int width) => (rows > NextLines.LowTile && listing.Lanes == Block.Size, width) switch
    {
        (false, _) => [nameof(NoLines)],
        (true, 4) => [nameof(NoLines), nameof(NextLines)],
        _ => [nameof(NoLines), nameof(NextLines), nameof(LinesApart)],
    };

    private static IEnumerable<string> Differences(JitListing listing, string name, int multiplyAdds, int loads, int broadcasts, int prefetches = 0)
    {
        JitLoop[] loops = [.. listing.Of(name).SelectMany(method => method.Loops)];
        if (loops.Length != 1)
        {
            yield return $"{name}: expected one innermost loop, found {loops.Length}.";
            yield break;
        }

        JitLoop loop = loops[0];
        (string What, int Expected, int Found)[] counts =
        [
            ("multiply-adds", multiplyAdds, loop.MultiplyAdds),
            ("loads", loads, loop.Loads),
            ("broadcasts", broadcasts, loop.Broadcasts),
            ("copies of registers", 0, loop.Moves),
            ("lines asked for", prefetches, loop.Prefetches),
            ("vector instructions", multiplyAdds + loads + broadcasts, loop.Vectors),
        ];
        foreach ((string what, int expected, int found) in counts.Where(count => count.Expected != count.Found))
        {
            yield return $"{name}: expected {expected} {what}, found {found}.";
        }
    }
}
