using SpanRnn.Parameters;
using SpanRnn.Tool.Baselines;
using SpanRnn.Tool.Data;

namespace SpanRnn.Tool.Experiments.Sentiment;

/// <summary>What counting pairs of characters achieves: a logistic regression on <see cref="PairFeatures"/>, its penalty chosen on a part of what it learns from.</summary>
internal sealed class PairBaseline
{
    /// <summary>1 / (penalty x texts): the usual C.</summary>
    private static readonly double[] Choices = [1, 3, 10, 30, 100];

    private readonly PairFeatures _features;
    private readonly LogisticRegression _model;

    private PairBaseline(PairFeatures features, LogisticRegression model, double strength) => (_features, _model, Strength) = (features, model, strength);

    /// <summary>C, as it was chosen.</summary>
    public double Strength { get; }

    /// <summary>Different pairs.</summary>
    public int Pairs => _features.Columns;

    /// <summary>Learns from texts. A tenth of them, drawn by the seed, decides C by its mean -ln p; then all of them are learnt from.</summary>
    public static PairBaseline Fit(IReadOnlyList<string> texts, IReadOnlyList<int> labels, ulong seed)
    {
        (int[] kept, int[] looked) = StratifiedSplit.Of(labels, 0.1, new RandomStream(seed).Fork("baseline"));
        var features = new PairFeatures([.. kept.Select(i => texts[i])]);
        SparseRow[] rows = [.. kept.Select(i => features.Of(texts[i]))], others = [.. looked.Select(i => features.Of(texts[i]))];
        int[] right = [.. kept.Select(i => labels[i])];
        double strength = Choices.MinBy(choice =>
        {
            LogisticRegression model = LogisticRegression.Fit(rows, right, features.Columns, 1 / (choice * rows.Length), tolerance: 1e-5);
            return Enumerable.Range(0, looked.Length).Average(i =>
            {
                double probability = model.Probability(others[i]);
                return -Math.Log(labels[looked[i]] == 1 ? probability : 1 - probability);
            });
        });
        var all = new PairFeatures(texts);
        return new PairBaseline(all, LogisticRegression.Fit([.. texts.Select(all.Of)], labels, all.Columns, 1 / (strength * texts.Count), tolerance: 1e-5), strength);
    }

    /// <summary>The probability that a text is positive.</summary>
    public double Probability(string text) => _model.Probability(_features.Of(text));

    /// <summary>How often each label was taken for each.</summary>
    public Confusion Scores(IReadOnlyList<string> texts, IReadOnlyList<int> labels, IReadOnlyList<string> names)
    {
        var scores = new Confusion(names);
        for (int i = 0; i < texts.Count; i++)
        {
            scores.Add(labels[i], Probability(texts[i]) >= 0.5 ? 1 : 0);
        }

        return scores;
    }
}
