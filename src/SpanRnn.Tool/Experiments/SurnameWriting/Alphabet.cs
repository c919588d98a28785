using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tool.Experiments.Surnames;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>What a writer's file must say besides its weights: its languages, its characters, and how long names are.</summary>
/// <param name="Languages">A place in the vector for each.</param>
/// <param name="Characters">A token for each; one more stands for the boundary of a name.</param>
/// <param name="Longest">Characters of the longest name it was trained on.</param>
internal sealed record Alphabet(IReadOnlyList<string> Languages, Vocabulary Characters, int Longest)
{
    private const string LanguagesKey = "languages", CharactersKey = "characters", LongestKey = "longest", InputKey = "language_input";

    /// <summary>How the writer is told the language.</summary>
    public required LanguageInput Input { get; init; }

    /// <summary>The token that starts a name and ends it.</summary>
    public int Boundary => Characters.Count;

    /// <summary>Characters and the boundary.</summary>
    public int Tokens => Characters.Count + 1;

    /// <summary>For a file's metadata.</summary>
    public IReadOnlyDictionary<string, string> Notes => new Dictionary<string, string>
    {
        [LanguagesKey] = string.Join('\n', Languages),
        [CharactersKey] = Characters.ToString(),
        [LongestKey] = Longest.ToString(CultureInfo.InvariantCulture),
        [InputKey] = Input.ToString(),
    };

    public static Alphabet Of(SurnameData data, LanguageInput input) => new(data.Languages, data.Vocabulary, data.Longest) { Input = input };

    /// <summary>What a file says.</summary>
    /// <exception cref="ToolException">It says nothing of the kind.</exception>
    public static Alphabet Of(string path, LoadedEncoderDecoder loaded)
    {
        IReadOnlyDictionary<string, string> metadata = loaded.Metadata;
        try
        {
            if (metadata.TryGetValue(LanguagesKey, out string? languages) && metadata.TryGetValue(CharactersKey, out string? characters)
                && metadata.TryGetValue(LongestKey, out string? longest) && int.TryParse(longest, NumberStyles.None, CultureInfo.InvariantCulture, out int most)
                && most is > 0 and <= 10_000 && Enum.TryParse(metadata.GetValueOrDefault(InputKey), out LanguageInput input))
            {
                var alphabet = new Alphabet(languages.Split('\n'), Vocabulary.Parse(characters), most) { Input = input };
                EncoderDecoderOptions options = loaded.Model.Options;
                if (options.Encoder is null && options.VectorSize == alphabet.Languages.Count
                    && (options.TargetVocabulary, options.StartToken, options.EndToken) == (alphabet.Tokens, alphabet.Boundary, alphabet.Boundary))
                {
                    return alphabet;
                }
            }
        }
        catch (FormatException error)
        {
            throw new ToolException($"{path}: its characters cannot be read: {error.Message}", error);
        }

        throw new ToolException($"{path}: expected a writer of surnames that this tool trained, found another file.");
    }

    /// <summary>A name as a source and a target: its language; its characters, then the end.</summary>
    public (int[] Source, int[] Target) Encode(Surname name) => ([name.Language], [.. Characters.Encode(name.Text), Boundary]);

    /// <summary>The vectors of languages, [B, languages]: a 1 in the place of each.</summary>
    public void WriteVectors(ReadOnlySpan<int> languages, Span<float> vectors)
    {
        vectors.Clear();
        for (int b = 0; b < languages.Length && Input != LanguageInput.None; b++)
        {
            vectors[b * Languages.Count + languages[b]] = 1;
        }
    }
}
