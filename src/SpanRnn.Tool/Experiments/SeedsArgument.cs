using System.CommandLine.Parsing;
using System.Globalization;

namespace SpanRnn.Tool.Experiments;

/// <summary>Seeds with commas between them.</summary>
internal static class SeedsArgument
{
    /// <summary>The seeds; null with an error where one is no whole number or comes twice.</summary>
    public static ulong[]? Parse(ArgumentResult result)
    {
        var seeds = new List<ulong>();
        foreach (string text in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) || seeds.Contains(seed))
            {
                result.AddError($"--seeds: expected whole numbers, each once, found '{text}'{(seeds.Contains(seed) ? " again" : "")}.");
                return null;
            }

            seeds.Add(seed);
        }

        return [.. seeds];
    }
}
