using System.IO.Compression;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Sentences with their translations: a text of lines with a tab between the two, perhaps inside a zip.</summary>
internal static class PairCorpus
{
    /// <summary>Reads a text, or the text that a zip holds.</summary>
    /// <exception cref="ToolException">The file is missing or unreadable, or not of that form.</exception>
    public static IReadOnlyList<SentencePair> Read(string path)
    {
        try
        {
            return path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? Group(path, Unzipped(path)) : Group(path, StrictUtf8.Decode(path, File.ReadAllBytes(path)));
        }
        catch (Exception error) when (error is InvalidDataException)
        {
            throw new ToolException($"{path}: is not a zip file that can be read: {error.Message}", error);
        }
    }

    /// <summary>One pair for each sentence that differs once it is cut into words, in the order of its first line, with all its translations.</summary>
    /// <exception cref="ToolException">A line does not have two parts, or there is none.</exception>
    public static IReadOnlyList<SentencePair> Group(string name, string text)
    {
        var pairs = new List<SentencePair>();
        var places = new Dictionary<string, (int Place, HashSet<string> Seen)>(StringComparer.Ordinal);
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace())
            {
                continue;
            }

            string[] parts = line.ToString().Split('\t');
            if (parts.Length < 2)
            {
                throw new ToolException($"{name}: line {number}: expected a sentence, a tab and its translation, found no tab.");
            }

            string[] source = Words.English(parts[0]), target = Words.French(parts[1]);
            string key = string.Join(' ', source);
            if (!places.TryGetValue(key, out (int Place, HashSet<string> Seen) known))
            {
                places[key] = known = (pairs.Count, []);
                pairs.Add(new SentencePair(source, new List<string[]>()));
            }

            if (known.Seen.Add(string.Join(' ', target)))
            {
                ((List<string[]>)pairs[known.Place].Targets).Add(target);
            }
        }

        return pairs.Count > 0 ? pairs : throw new ToolException($"{name}: expected at least 1 pair of sentences, found 0.");
    }

    /// <summary>The largest text of a zip: what else lies in it describes it.</summary>
    private static string Unzipped(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        ZipArchiveEntry text = zip.Entries.Where(entry => entry.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)).MaxBy(entry => entry.Length)
            ?? throw new ToolException($"{path}: expected a .txt file inside, found {(zip.Entries.Count == 0 ? "nothing" : string.Join(", ", zip.Entries.Select(entry => entry.Name)))}.");
        using Stream stream = text.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return StrictUtf8.Decode($"{path}/{text.Name}", bytes.ToArray());
    }
}
