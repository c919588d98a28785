using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SpanRnn.Models;

/// <summary>
/// The words of a word model: an immutable mapping between words and the indices 0 to <see cref="Count"/> - 1. Index 0 stands for every
/// word that is not in it.
/// </summary>
/// <remarks>
/// The order is that of the special words as given, then the others from the most frequent, equal ones by code units, so the same
/// sentences give the same indices on every machine. Words have no white space in them. Safe to share between threads.
/// </remarks>
public sealed class WordVocabulary
{
    /// <summary>The index of all unknown words.</summary>
    public const int Unknown = 0;

    /// <summary>How the unknown word is written.</summary>
    public const string UnknownWord = "<unknown>";

    private readonly string[] _words;
    private readonly Dictionary<string, int> _indices;

    private WordVocabulary(string[] words)
    {
        _words = words;
        _indices = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i++)
        {
            _indices.Add(words[i], i);
        }
    }

    /// <summary>The number of words, the unknown one included: at least 1.</summary>
    public int Count => _words.Length;

    /// <summary>The word of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not in 0 to <see cref="Count"/> - 1.</exception>
    public string this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_words.Length)
            {
                ThrowNoSuchWord(index);
            }

            return _words[index];
        }
    }

    /// <summary>The vocabulary of sentences, each cut by <see cref="Split"/>.</summary>
    /// <param name="sentences">What to count.</param>
    /// <param name="minimumCount">Rarer words are left out: the model learns from them what to do with unknown ones.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumCount"/> is not positive.</exception>
    public static WordVocabulary Of(IEnumerable<string> sentences, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        return Of(sentences.Select(Split), minimumCount);
    }

    /// <summary>The vocabulary of sentences that are cut into words already.</summary>
    /// <param name="sentences">What to count.</param>
    /// <param name="minimumCount">Rarer words are left out.</param>
    /// <param name="most">The most words to have, the unknown one and the special ones included.</param>
    /// <param name="special">Words that get the indices 1, 2, ... whatever the sentences have: ends of sentences, for instance.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumCount"/> or <paramref name="most"/> is not positive.</exception>
    /// <exception cref="ArgumentException">A word is empty or has white space in it, or a special word is given twice.</exception>
    public static WordVocabulary Of(
        IEnumerable<IEnumerable<string>> sentences, int minimumCount = 1, int most = int.MaxValue, params ReadOnlySpan<string> special)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string word in sentences.SelectMany(sentence => sentence))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        string[] first = [UnknownWord, .. special];
        IEnumerable<string> frequent = counts
            .Where(pair => pair.Value >= minimumCount && !first.Contains(pair.Key))
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key);
        return Checked([.. first, .. frequent.Take(Math.Max(0, most - first.Length))], message => new ArgumentException(message));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The first word is not the unknown one, or a word is empty, has white space in it, or comes twice.</exception>
    public static WordVocabulary Parse(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] list = words.Split('\n');
        return list[0] == UnknownWord
            ? Checked(list, message => new FormatException(message))
            : throw new FormatException($"words: expected {UnknownWord} first, found '{list[0]}'.");
    }

    /// <summary>The words in the order of their indices, a line break between two: <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Join('\n', _words);

    /// <summary>Finds a word, as it is written. Allocates nothing.</summary>
    /// <returns>Whether it is in the vocabulary; if not, <paramref name="index"/> is <see cref="Unknown"/>.</returns>
    public bool TryIndexOf(string word, out int index) => _indices.TryGetValue(word, out index);

    /// <summary>The indices of the words of a sentence, cut by <see cref="Split"/>.</summary>
    public int[] Encode(string sentence) => Encode(Split(sentence));

    /// <summary>The indices of words; <see cref="Unknown"/> for those that are not in the vocabulary.</summary>
    public int[] Encode(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select(word => _indices.GetValueOrDefault(word, Unknown))];
    }

    /// <summary>
    /// Cuts a sentence: lower-cased runs of letters, digits and apostrophes between them are words, and so is every other character that
    /// is not white space. "What's new?" gives what's, new, ?.
    /// </summary>
    public static string[] Split(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var words = new List<string>();
        var word = new StringBuilder();
        Rune[] symbols = [.. sentence.EnumerateRunes()];
        for (int i = 0; i < symbols.Length; i++)
        {
            if (IsInside(symbols[i]) || (IsApostrophe(symbols[i]) && word.Length > 0 && i + 1 < symbols.Length && IsInside(symbols[i + 1])))
            {
                word.Append(IsApostrophe(symbols[i]) ? "'" : Rune.ToLowerInvariant(symbols[i]).ToString());
                continue;
            }

            Finish();
            if (!Rune.IsWhiteSpace(symbols[i]))
            {
                words.Add(symbols[i].ToString());
            }
        }

        Finish();
        return [.. words];

        void Finish()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    private static bool IsInside(Rune symbol) => Rune.IsLetterOrDigit(symbol)
        || Rune.GetUnicodeCategory(symbol) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsApostrophe(Rune symbol) => symbol.Value is '\'' or 0x2019;

    private static WordVocabulary Checked(string[] words, Func<string, Exception> wrong)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].Length == 0 || words[i].Any(char.IsWhiteSpace))
            {
                throw wrong($"words[{i}]: expected at least 1 character and no white space, found '{words[i]}'.");
            }

            if (!seen.Add(words[i]))
            {
                throw wrong($"words[{i}]: '{words[i]}' comes twice.");
            }
        }

        return new WordVocabulary(words);
    }

    [DoesNotReturn]
    private void ThrowNoSuchWord(int index) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"index: expected 0 to {Count - 1}, found {index}.");
}
