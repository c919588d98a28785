using System.Text;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Where a translator looked, as shades: a row for each French word, a column for each English one.</summary>
internal static class AttentionMatrix
{
    private const string Shades = " ░▒▓█";

    /// <summary>The lines of the drawing.</summary>
    /// <param name="source">English words.</param>
    /// <param name="target">French words.</param>
    /// <param name="weights">For each French word the weight of each English one, 0 to 1.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> source, IReadOnlyList<string> target, IReadOnlyList<float[]> weights)
    {
        int margin = target.Select(word => word.Length).DefaultIfEmpty(0).Max();
        yield return $"{new string(' ', margin)}  {string.Join("  ", source)}".TrimEnd();
        for (int t = 0; t < target.Count; t++)
        {
            var line = new StringBuilder(target[t].PadLeft(margin));
            for (int s = 0; s < source.Count; s++)
            {
                char shade = Shades[(int)Math.Round(Math.Clamp(weights[t][s], 0, 1) * (Shades.Length - 1))];
                line.Append("  ").Append(new string(shade, source[s].Length));
            }

            yield return line.ToString().TrimEnd();
        }
    }
}
