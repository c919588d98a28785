using SpanRnn.Models;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>
/// A baseline: the language l for which P(l) P(c1 | start) P(c2 | c1) ... P(end | cn) is the greatest, with a bigram of characters
/// counted for each language and P(l) its part of the names (naive Bayes over pairs of characters).
/// </summary>
internal sealed class SurnameBayes
{
    private readonly BigramModel[] _bigrams;
    private readonly double[] _prior;
    private readonly Vocabulary _vocabulary;

    /// <summary>Counts the names to learn from.</summary>
    public SurnameBayes(SurnameData data)
    {
        _vocabulary = data.Vocabulary;
        _bigrams = new BigramModel[data.Languages.Count];
        _prior = new double[data.Languages.Count];
        for (int language = 0; language < _bigrams.Length; language++)
        {
            Surname[] names = [.. data.Training.Where(name => name.Language == language)];
            var text = new List<int> { Boundary };
            foreach (Surname name in names)
            {
                text.AddRange(_vocabulary.Encode(name.Text));
                text.Add(Boundary);
            }

            _bigrams[language] = new BigramModel([.. text], _vocabulary.Count + 1);
            _prior[language] = Math.Log((names.Length + 1.0) / (data.Training.Length + _bigrams.Length));
        }
    }

    /// <summary>The likeliest language of a name.</summary>
    public int Answer(string name)
    {
        int[] tokens = [Boundary, .. _vocabulary.Encode(name), Boundary];
        double[] scores = [.. Enumerable.Range(0, _prior.Length).Select(language => _prior[language] + Sum(tokens, _bigrams[language]))];
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>What stands before the first and after the last character.</summary>
    private int Boundary => _vocabulary.Count;

    private static double Sum(int[] tokens, BigramModel bigram)
    {
        double sum = 0;
        for (int i = 1; i < tokens.Length; i++)
        {
            sum += Math.Log(bigram.Probability(tokens[i - 1], tokens[i]));
        }

        return sum;
    }
}
