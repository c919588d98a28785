namespace SpanRnn.Tool.Display;

/// <summary>A curve in one line of text: a block for each number, as high as the number is large.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>The highest block is at least twice the lowest, so that noise around one number stays low.</summary>
    private static readonly double LeastRange = Math.Log(2);

    /// <summary>Heights by the logarithm, from the least to the largest positive number. What is not finite is '×', what is not positive is the lowest.</summary>
    public static string Log(IReadOnlyList<double> numbers) => Draw([.. numbers.Select(number => Math.Log(number))]);

    /// <summary>At most so many blocks: the largest of each group of neighbours.</summary>
    public static string Log(IReadOnlyList<double> numbers, int width)
    {
        int group = (numbers.Count + width - 1) / width;
        return Log([.. numbers.Chunk(Math.Max(1, group)).Select(chunk => chunk.Any(number => !double.IsFinite(number)) ? double.NaN : chunk.Max())]);
    }

    private static string Draw(double[] heights)
    {
        double[] finite = [.. heights.Where(double.IsFinite)];
        double least = finite.Length == 0 ? 0 : finite.Min(), range = Math.Max(LeastRange, finite.Length == 0 ? 0 : finite.Max() - least);
        return string.Concat(heights.Select(Block));

        char Block(double height) =>
            double.IsNegativeInfinity(height) ? Blocks[0]
            : !double.IsFinite(height) ? '×'
            : Blocks[(int)Math.Round((height - least) / range * (Blocks.Length - 1))];
    }
}
