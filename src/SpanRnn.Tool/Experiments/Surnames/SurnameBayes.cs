namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>
/// A baseline: the language l for which P(l) P(c1 | start) P(c2 | c1) ... P(end | cn) is the greatest, with a bigram of characters
/// counted for each language and P(l) its part of the names (naive Bayes over pairs of characters).
/// </summary>
internal sealed class SurnameBayes
{
    private readonly SurnameBigrams _bigrams;
    private readonly double[] _prior;

    /// <summary>Counts the names to learn from.</summary>
    public SurnameBayes(SurnameData data)
    {
        _bigrams = new SurnameBigrams(data);
        _prior = [.. Enumerable.Range(0, data.Languages.Count).Select(language =>
            Math.Log((data.Training.Count(name => name.Language == language) + 1.0) / (data.Training.Length + data.Languages.Count)))];
    }

    /// <summary>The likeliest language of a name.</summary>
    public int Answer(string name)
    {
        double[] scores = [.. Enumerable.Range(0, _prior.Length).Select(language => _prior[language] + _bigrams.LogProbability(new Surname(name, language), part: 1))];
        return Array.IndexOf(scores, scores.Max());
    }
}
