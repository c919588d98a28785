using System.Text;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Tutorial;

/// <summary>The first 10,000 characters of the hotel reviews as indices, or made-up text of the same statistics if they are not here.</summary>
internal static class TutorialText
{
    private const int Length = 10_000, Distinct = 1051;
    private const string Prompt = "早餐";

    public static string DefaultPath => Path.Combine(Repository.Root, "..", "shared", "data", "hotel", "merged_hotel_comment.txt");

    public static TutorialTask Load(CellKind kind, string path, out string source)
    {
        if (!File.Exists(path))
        {
            // The cost depends on the number of characters, not on which they are.
            var random = new SplitMix(1);
            int[] text = [.. Enumerable.Range(0, Length).Select(i => i < Distinct ? i : random.Below(Distinct))];
            source = $"made-up text of {Distinct} distinct characters (the reviews were not found; --text names them)";
            return new TutorialTask(kind, text, [0, 1], Distinct);
        }

        Rune[] runes = [.. File.ReadAllText(path).EnumerateRunes().Where(rune => rune.Value is not ('\n' or '\r' or 0xFEFF)).Take(Length)];
        Rune[] sorted = [.. runes.Distinct().Order()];
        source = $"the first {runes.Length} characters of {Path.GetFileName(path)}, {sorted.Length} distinct";
        return new TutorialTask(kind, Indices(runes, sorted), Indices([.. Prompt.EnumerateRunes()], sorted), sorted.Length);
    }

    private static int[] Indices(Rune[] text, Rune[] sorted) => [.. text.Select(rune => Math.Max(0, Array.BinarySearch(sorted, rune)))];
}
