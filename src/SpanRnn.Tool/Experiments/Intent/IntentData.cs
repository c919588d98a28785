using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Intent;

/// <summary>Sentences and what their speakers want: a text of lines with the intent, a tab and a sentence.</summary>
/// <param name="Name">The file.</param>
/// <param name="Intents">The different intents, in the order they first appear.</param>
/// <param name="Sentences">Sentences with the places of their intents.</param>
internal sealed record IntentData(string Name, IReadOnlyList<string> Intents, IReadOnlyList<(string Text, int Label)> Sentences)
{
    /// <summary>400 sentences of 10 intents that come with the tool.</summary>
    /// <exception cref="ToolException">A line is malformed.</exception>
    public static IntentData Embedded() => Parse(TextSource.Sentences, TextSource.Resource(TextSource.Sentences));

    /// <summary>A file of the user's own.</summary>
    /// <exception cref="ToolException">It cannot be read, or a line is malformed.</exception>
    public static IntentData Read(string path) => Parse(path, StrictUtf8.Decode(path, File.ReadAllBytes(path)));

    /// <summary>The same from its text.</summary>
    /// <exception cref="ToolException">A line is malformed, or there are fewer than two intents of two sentences.</exception>
    public static IntentData Parse(string name, string text)
    {
        var intents = new List<string>();
        var sentences = new List<(string, int)>();
        int number = 0;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string[] parts = line.Split('\t', StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } intent, { Length: > 0 } sentence])
            {
                throw new ToolException($"{name}: line {number}: expected an intent, a tab and a sentence, found {parts.Length} {(parts.Length == 1 ? "part" : "parts")}.");
            }

            int label = intents.IndexOf(intent);
            if (label < 0)
            {
                (label, _) = (intents.Count, 0);
                intents.Add(intent);
            }

            sentences.Add((sentence, label));
        }

        return intents.Count >= 2 && Enumerable.Range(0, intents.Count).All(intent => sentences.Count(pair => pair.Item2 == intent) >= 2)
            ? new IntentData(name, intents, sentences)
            : throw new ToolException($"{name}: expected at least 2 intents of at least 2 sentences each, found {intents.Count} intents and {sentences.Count} sentences.");
    }
}
