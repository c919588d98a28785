using SpanRnn.Models;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>
/// Names by pairs of characters: P(name | l) = P(c1 | start, l) P(c2 | c1, l) ... P(end | cn, l), where
/// P(w | v, l) = a P_l(w | v) + (1 - a) P_all(w | v): a smoothed bigram of the language mixed with one of all languages.
/// </summary>
internal sealed class SurnameBigrams
{
    private readonly BigramModel[] _languages;
    private readonly BigramModel _all;
    private readonly Vocabulary _vocabulary;

    /// <summary>Counts the names to learn from.</summary>
    public SurnameBigrams(SurnameData data)
    {
        _vocabulary = data.Vocabulary;
        _languages = [.. Enumerable.Range(0, data.Languages.Count).Select(language => Count(data.Training.Where(name => name.Language == language)))];
        _all = Count(data.Training);
    }

    /// <summary>log P(name | its language), the end counted.</summary>
    /// <param name="name">Of characters of the vocabulary.</param>
    /// <param name="part">a: 1 for the language alone, 0 for all languages alike.</param>
    public double LogProbability(Surname name, double part)
    {
        int[] tokens = [Boundary, .. _vocabulary.Encode(name.Text), Boundary];
        double sum = 0;
        for (int i = 1; i < tokens.Length; i++)
        {
            (int v, int w) = (tokens[i - 1], tokens[i]);
            double own = part > 0 ? part * _languages[name.Language].Probability(v, w) : 0, all = part < 1 ? (1 - part) * _all.Probability(v, w) : 0;
            sum += Math.Log(own + all);
        }

        return sum;
    }

    /// <summary>The mean of -log2 P over the characters of names and their ends.</summary>
    /// <param name="names">At least one.</param>
    /// <param name="part">a.</param>
    public double BitsPerCharacter(IEnumerable<Surname> names, double part)
    {
        double bits = 0;
        long characters = 0;
        foreach (Surname name in names)
        {
            bits -= LogProbability(name, part) / Math.Log(2);
            characters += _vocabulary.Encode(name.Text).Length + 1;
        }

        return bits / characters;
    }

    /// <summary>Of 0, 0.05 ... 1 the a that makes these names the likeliest.</summary>
    public double BestPart(IReadOnlyList<Surname> names) => Enumerable.Range(0, 21).Select(i => i / 20.0).MinBy(part => BitsPerCharacter(names, part));

    /// <summary>What stands before the first and after the last character.</summary>
    private int Boundary => _vocabulary.Count;

    private BigramModel Count(IEnumerable<Surname> names) =>
        new([Boundary, .. names.SelectMany(name => _vocabulary.Encode(name.Text).Append(Boundary))], _vocabulary.Count + 1);
}
