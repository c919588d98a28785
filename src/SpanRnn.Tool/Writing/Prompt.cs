using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Writing;

/// <summary>What a model reads before it writes.</summary>
/// <param name="Text">At least one character, all in the vocabulary.</param>
/// <param name="Note">What the user should know about it; null: nothing.</param>
internal sealed record Prompt(string Text, string? Note = null)
{
    /// <summary>"Breakfast": the tutorial's.</summary>
    public const string Usual = "早餐";

    private const int Longest = 20;

    /// <summary>The prompt that was asked for, or the usual one, or, where the text does not have its characters, the text's beginning.</summary>
    /// <exception cref="ToolException">The prompt that was asked for is empty or has unknown characters.</exception>
    public static Prompt For(string? asked, TextSource source, Vocabulary vocabulary)
    {
        if (asked is not null)
        {
            return Checked(asked, vocabulary, source.Name);
        }

        if (Unknown(Usual, vocabulary).Count == 0)
        {
            return new Prompt(Usual);
        }

        string beginning = Beginning(source.Whole);
        return new Prompt(beginning, $"{source.Name} does not have the characters {Usual}: the prompt is its own beginning. Choose another with --prompt.");
    }

    /// <summary>That prompt, if a vocabulary has all its characters.</summary>
    /// <exception cref="ToolException">It is empty or has unknown characters.</exception>
    public static Prompt Checked(string asked, Vocabulary vocabulary, string owner)
    {
        if (asked.Length == 0)
        {
            throw new ToolException("--prompt: expected at least 1 character, found 0.");
        }

        List<string> unknown = Unknown(asked, vocabulary);
        if (unknown.Count > 0)
        {
            string verb = unknown.Count == 1 ? "is" : "are";
            throw new ToolException(
                $"--prompt: {string.Join(", ", unknown)} {verb} not among the {vocabulary.Count:N0} characters of {owner}. "
                + $"Leave {(unknown.Count == 1 ? "it" : "them")} out, or train on a text that has {(unknown.Count == 1 ? "it" : "them")}.");
        }

        return new Prompt(asked);
    }

    private static List<string> Unknown(string text, Vocabulary vocabulary)
    {
        var unknown = new List<string>();
        foreach (Rune symbol in text.EnumerateRunes())
        {
            if (!vocabulary.TryIndexOf(symbol, out _))
            {
                string name = Rune.IsControl(symbol) || Rune.IsWhiteSpace(symbol) ? $"U+{symbol.Value:X4}" : $"'{symbol}' (U+{symbol.Value:X4})";
                if (!unknown.Contains(name))
                {
                    unknown.Add(name);
                }
            }
        }

        return unknown;
    }

    /// <summary>The first line that is not blank, cut after a word if it is long.</summary>
    private static string Beginning(string text)
    {
        string line = text.Split('\n').Select(part => part.Trim()).FirstOrDefault(part => part.Length > 0) ?? text;
        Rune[] symbols = [.. line.EnumerateRunes().Take(Longest)];
        string start = string.Concat(symbols);
        int space = start.Length < line.Length ? start.LastIndexOf(' ') : -1;
        return space > 0 ? start[..space] : start;
    }
}
