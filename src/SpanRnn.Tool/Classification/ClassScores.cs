namespace SpanRnn.Tool.Classification;

/// <summary>How often each class was taken for each: what accuracy and F1 are made of.</summary>
internal sealed class ClassScores
{
    private readonly int[,] _counts;

    /// <summary>No answer yet.</summary>
    /// <param name="classes">At least 1.</param>
    public ClassScores(int classes) => _counts = new int[classes, classes];

    public int Classes => _counts.GetLength(0);

    /// <summary>Answers so far.</summary>
    public int Count { get; private set; }

    /// <summary>How often a class was taken for one.</summary>
    public int this[int label, int answer] => _counts[label, answer];

    /// <summary>Right answers as a part of all; NaN without any.</summary>
    public double Accuracy => Enumerable.Range(0, Classes).Sum(i => _counts[i, i]) / (double)Count;

    /// <summary>The mean of the classes' F1, each counting the same.</summary>
    public double MacroF1 => Enumerable.Range(0, Classes).Average(F1);

    /// <summary>The right answers among those that say so.</summary>
    public double Precision(int label) => Part(_counts[label, label], Enumerable.Range(0, Classes).Sum(i => _counts[i, label]));

    /// <summary>The right answers among those that are so.</summary>
    public double Recall(int label) => Part(_counts[label, label], Of(label));

    /// <summary>2 P R / (P + R); 0 where both are 0.</summary>
    public double F1(int label)
    {
        double precision = Precision(label), recall = Recall(label);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /// <summary>How many are of a class.</summary>
    public int Of(int label) => Enumerable.Range(0, Classes).Sum(i => _counts[label, i]);

    public void Add(int label, int answer)
    {
        _counts[label, answer]++;
        Count++;
    }

    private static double Part(int count, int all) => all == 0 ? 0 : count / (double)all;
}
