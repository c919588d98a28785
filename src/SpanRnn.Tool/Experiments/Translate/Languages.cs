using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>The words of both languages: what a translator's file must say besides its weights.</summary>
/// <param name="English">Of the source.</param>
/// <param name="French">Of the target, with the start and the end of a sentence.</param>
internal sealed record Languages(WordVocabulary English, WordVocabulary French)
{
    /// <summary>Indices of the target's special words.</summary>
    public const int Start = 1, End = 2;

    /// <summary>The target's special words.</summary>
    public static readonly string[] Special = ["<start>", "<end>"];

    private const string EnglishKey = "english", FrenchKey = "french", MostKey = "source_words";

    /// <summary>English words of a sentence at most.</summary>
    public required int Most { get; init; }

    /// <summary>For a file's metadata.</summary>
    public IReadOnlyDictionary<string, string> Notes => new Dictionary<string, string>
    {
        [EnglishKey] = English.ToString(),
        [FrenchKey] = French.ToString(),
        [MostKey] = Most.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The words of sentences to learn from.</summary>
    public static Languages Of(IReadOnlyList<SentencePair> pairs, int minimumCount, int most) => new(
        WordVocabulary.Of(pairs.Select(pair => pair.Source), minimumCount),
        WordVocabulary.Of(pairs.SelectMany(pair => pair.Targets), minimumCount, int.MaxValue, Special))
    {
        Most = most,
    };

    /// <summary>What a file says.</summary>
    /// <exception cref="ToolException">It says nothing of the kind.</exception>
    public static Languages Of(string path, LoadedEncoderDecoder loaded)
    {
        IReadOnlyDictionary<string, string> metadata = loaded.Metadata;
        try
        {
            if (metadata.TryGetValue(EnglishKey, out string? english) && metadata.TryGetValue(FrenchKey, out string? french)
                && metadata.TryGetValue(MostKey, out string? most) && int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out int words) && words > 0)
            {
                var languages = new Languages(WordVocabulary.Parse(english), WordVocabulary.Parse(french)) { Most = words };
                if (languages.English.Count == loaded.Model.Options.SourceVocabulary && languages.French.Count == loaded.Model.Options.TargetVocabulary)
                {
                    return languages;
                }
            }
        }
        catch (FormatException error)
        {
            throw new ToolException($"{path}: its words cannot be read: {error.Message}", error);
        }

        throw new ToolException($"{path}: expected a translator that this tool trained, found another file.");
    }

    /// <summary>A French sentence as a target: its words, then the end.</summary>
    public int[] Target(IReadOnlyList<string> words) => [.. French.Encode(words), End];
}
