namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>BLEU-4 of a set of translations against one or more references each.</summary>
/// <remarks>
/// K. Papineni, S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a method for automatic evaluation of machine translation", ACL 2002, over the whole
/// set, without smoothing:
/// <code>
/// p(n) = sum over sentences and their n-grams of min(count, the largest count in one reference) / sum of counts
/// BP   = 1 if c > r, else e^(1 - r / c)      c: words of all translations, r: of the references nearest in length, the shorter of two
/// BLEU = BP (p(1) p(2) p(3) p(4))^(1/4)      0 if one of them is 0
/// </code>
/// Words are compared as they are, so the figure depends on how sentences were cut and whether they were lower-cased.
/// </remarks>
internal sealed class Bleu
{
    private const int Longest = 4;
    private readonly long[] _right = new long[Longest], _all = new long[Longest];
    private long _words, _referenceWords;

    /// <summary>Translations so far.</summary>
    public int Count { get; private set; }

    /// <summary>The brevity penalty: 1 unless the translations are shorter than their references.</summary>
    public double BrevityPenalty => _words > _referenceWords ? 1 : _words == 0 ? 0 : Math.Exp(1 - _referenceWords / (double)_words);

    /// <summary>BLEU-4, 0 to 1; usually told times 100.</summary>
    public double Score => Enumerable.Range(1, Longest).Any(n => Precision(n) == 0)
        ? 0
        : BrevityPenalty * Math.Exp(Enumerable.Range(1, Longest).Average(n => Math.Log(Precision(n))));

    /// <summary>p(n), for n of 1 to 4; 0 if no translation has n words.</summary>
    public double Precision(int n) => _all[n - 1] == 0 ? 0 : _right[n - 1] / (double)_all[n - 1];

    /// <summary>Adds one translation.</summary>
    /// <param name="words">The translation; may be empty.</param>
    /// <param name="references">What is right.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public void Add(IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<string>> references)
    {
        if (references.Count == 0)
        {
            throw new ArgumentException("references: expected at least 1, found 0.", nameof(references));
        }

        Count++;
        _words += words.Count;
        _referenceWords += references.Select(reference => reference.Count).OrderBy(length => Math.Abs(length - words.Count)).ThenBy(length => length).First();
        for (int n = 1; n <= Longest; n++)
        {
            Dictionary<string, int>[] allowed = [.. references.Select(reference => Grams(reference, n))];
            foreach ((string gram, int count) in Grams(words, n))
            {
                _right[n - 1] += Math.Min(count, allowed.Max(counts => counts.GetValueOrDefault(gram)));
                _all[n - 1] += count;
            }
        }
    }

    /// <summary>How often each run of n words occurs; words have no space in them, so a space can stand between.</summary>
    private static Dictionary<string, int> Grams(IReadOnlyList<string> words, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + n <= words.Count; i++)
        {
            string gram = string.Join(' ', words.Skip(i).Take(n));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }
}
