using SpanRnn.Kernels;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// A tile's loop: one multiply-add for each of its sums, one load for each vector of the panel, one broadcast for each row, and copies
/// of registers (rows + width - 1, which cost no multiply-add's place).
/// </summary>
internal sealed class CodeFactsOfTiles : ICodeFact
{
    private static readonly string[] Numbers =
        [nameof(One), nameof(Two), nameof(Three), nameof(Four), nameof(Five), nameof(Six), nameof(Seven), nameof(Eight)];

    public IEnumerable<string> Differences(JitListing listing)
    {
        // As Gemm cuts them: panels as wide as they are packed, or a block of 16 units at a time.
        (int Width, int Tallest)[] shapes = listing.Lanes == 16 ? [(1, 8), (2, 8), (3, 8), (4, 6)] : [(2, 6)];
        return
            from shape in shapes
            from rows in Enumerable.Range(1, shape.Tallest)
            from difference in Differences(listing, rows, shape.Width)
            select difference;
    }

    private static IEnumerable<string> Differences(JitListing listing, int rows, int width)
    {
        string name = $"Tile:Run[Lanes{listing.Lanes},Float32,{Numbers[rows - 1]},{Numbers[width - 1]}]";
        JitLoop[] loops = [.. listing.Of(name).SelectMany(method => method.Loops)];
        if (loops.Length != 1)
        {
            yield return $"{name}: expected one innermost loop, found {loops.Length}.";
            yield break;
        }

        JitLoop loop = loops[0];
        (string What, int Expected, int Found)[] counts =
        [
            ("multiply-adds", rows * width, loop.MultiplyAdds),
            ("loads", width, loop.Loads),
            ("broadcasts", rows, loop.Broadcasts),
            ("copies of registers", rows + width - 1, loop.Moves),
            ("vector instructions", rows * width + width + rows + rows + width - 1, loop.Vectors),
        ];
        foreach ((string what, int expected, int found) in counts.Where(count => count.Expected != count.Found))
        {
            yield return $"{name}: expected {expected} {what}, found {found}.";
        }
    }
}
