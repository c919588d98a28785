using System.Globalization;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>What the numbers of a classifier stand for: its tokens, characters or words, and its classes. A model's file keeps it.</summary>
internal sealed class TextClasses
{
    /// <summary>Stands for every character that the texts to learn from do not have, or hardly have.</summary>
    private static readonly Rune UnknownCharacter = Rune.ReplacementChar;

    private const string WordsKey = "words", ClassesKey = "classes", StepsKey = "steps";
    private readonly WordVocabulary? _words;

    private TextClasses(Vocabulary? characters, WordVocabulary? words, IReadOnlyList<string> classes, int steps)
    {
        (Characters, _words, Classes, Steps) = (characters, words, classes, steps);
        Unknown = characters?.IndexOf(UnknownCharacter) ?? WordVocabulary.Unknown;
    }

    /// <summary>The characters, of a model of characters: the file keeps them in the usual place.</summary>
    public Vocabulary? Characters { get; }

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Tokens that are read of a text at most: of a longer one its first and last halves.</summary>
    public int Steps { get; }

    /// <summary>Different tokens.</summary>
    public int Tokens => Characters?.Count ?? _words!.Count;

    /// <summary>The token that stands for the unknown.</summary>
    public int Unknown { get; }

    /// <summary>What a model's file says besides.</summary>
    public IReadOnlyDictionary<string, string> Notes
    {
        get
        {
            var notes = new Dictionary<string, string>
            {
                [ClassesKey] = string.Join('\n', Classes),
                [StepsKey] = Steps.ToString(CultureInfo.InvariantCulture),
            };
            if (_words is not null)
            {
                notes[WordsKey] = _words.ToString();
            }

            return notes;
        }
    }

    /// <summary>Characters that occur at least twice in the texts to learn from, and one for all others.</summary>
    public static TextClasses OfCharacters(IEnumerable<string> texts, IReadOnlyList<string> classes, int steps)
    {
        var known = texts.SelectMany(text => text.EnumerateRunes()).GroupBy(symbol => symbol).Where(group => group.Count() > 1).Select(group => group.Key);
        return new TextClasses(Vocabulary.Of(string.Concat(known.Append(UnknownCharacter).Distinct())), null, classes, steps);
    }

    /// <summary>Words that occur at least so often in the sentences to learn from, and one for all others.</summary>
    public static TextClasses OfWords(IEnumerable<string> sentences, int minimumCount, IReadOnlyList<string> classes, int steps) =>
        new(null, WordVocabulary.Of(sentences, minimumCount), classes, steps);

    /// <summary>What a file says.</summary>
    /// <exception cref="ToolException">It is not of a classifier.</exception>
    public static TextClasses Of(string path, LoadedModel loaded)
    {
        if (loaded.Metadata.TryGetValue(ClassesKey, out string? classes) && loaded.Metadata.TryGetValue(StepsKey, out string? steps)
            && int.TryParse(steps, out int most) && most > 0
            && classes.Split('\n') is { } names && names.Length == loaded.Model.Options.Outputs && loaded.Model.Options.Head != HeadInput.EveryStep)
        {
            WordVocabulary? words = loaded.Metadata.TryGetValue(WordsKey, out string? list) ? WordVocabulary.Parse(list) : null;
            bool isKnown = words is null ? loaded.Vocabulary is { } symbols && symbols.TryIndexOf(UnknownCharacter, out _) : words.Count == loaded.Model.Options.Vocabulary;
            if (isKnown)
            {
                return new TextClasses(loaded.Vocabulary, words, names, most);
            }
        }

        throw new ToolException($"{path}: expected a classifier of texts that this tool trained, found another model.");
    }

    /// <summary>The tokens of a text, at least one.</summary>
    public int[] Encode(string text)
    {
        int[] tokens = _words?.Encode(text) ?? [.. text.EnumerateRunes().Select(symbol => Characters!.TryIndexOf(symbol, out int index) ? index : Unknown)];
        return tokens.Length == 0 ? [Unknown]
            : tokens.Length <= Steps ? tokens
            : [.. tokens[..((Steps + 1) / 2)], .. tokens[^(Steps / 2)..]];
    }
}
