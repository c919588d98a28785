using System.Text;
using System.Text.RegularExpressions;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>English and French sentences cut into lower-cased words, and put together again.</summary>
/// <remarks>
/// A word is a run of letters and digits; a hyphen between two begins the second ("est-ce" gives est, -ce). An apostrophe stays inside an
/// English word (don't) and ends a French one ("l'eau" gives l', eau). Every other sign is a word of its own. Curly
/// apostrophes are made straight first.
/// </remarks>
internal static partial class Words
{
    /// <summary>Cuts an English sentence.</summary>
    public static string[] English(string sentence) => Cut(EnglishWord(), sentence);

    /// <summary>Cuts a French sentence.</summary>
    public static string[] French(string sentence) => Cut(FrenchWord(), sentence);

    /// <summary>Puts words together as French is written, but for the capitals.</summary>
    public static string Join(IEnumerable<string> words)
    {
        var text = new StringBuilder();
        foreach (string word in words)
        {
            bool isTied = text.Length == 0 || text[^1] is '\'' or '(' || word is "." or "," or ")" or "…" || (word.Length > 1 && word[0] == '-');
            text.Append(isTied ? "" : " ").Append(word);
        }

        return text.ToString();
    }

    private static string[] Cut(Regex word, string sentence)
    {
        string plain = sentence.Replace('\u2019', '\'').ToLowerInvariant();
        return [.. word.Matches(plain).Select(match => match.Value)];
    }

    [GeneratedRegex(@"(?:(?<=[\p{L}\p{N}])-)?[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*|[\uD800-\uDBFF][\uDC00-\uDFFF]|\S", RegexOptions.CultureInvariant)]
    private static partial Regex EnglishWord();

    [GeneratedRegex(@"(?:(?<=[\p{L}\p{N}])-)?[\p{L}\p{N}\p{M}]+(?:'(?=\p{L}))?|[\uD800-\uDBFF][\uDC00-\uDFFF]|\S", RegexOptions.CultureInvariant)]
    private static partial Regex FrenchWord();
}
