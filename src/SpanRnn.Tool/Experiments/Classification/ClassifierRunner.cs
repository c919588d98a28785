using System.Diagnostics;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>Reads texts with a classifier: a probability for each class.</summary>
internal sealed class ClassifierRunner(SequenceModel model, TextClasses texts) : IDisposable
{
    private const int Together = 32;

    private readonly Predictor _predictor = new(model, texts.Steps, Together, OutputKind.Softmax);
    private readonly Batch _batch = new(texts.Steps, Together);
    private readonly float[] _probabilities = new float[Together * model.Options.Outputs];

    /// <summary>The probabilities of one text.</summary>
    public float[] Probabilities(int[] tokens)
    {
        Run([new Example(tokens, 0)], [0]);
        return _probabilities[..model.Options.Outputs];
    }

    /// <summary>How often each class was taken for each.</summary>
    public Confusion Scores(IReadOnlyList<Example> examples)
    {
        var scores = new Confusion(texts.Classes);
        // Texts of like length run together.
        int[] order = [.. Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Tokens.Length)];
        for (int start = 0; start < order.Length; start += Together)
        {
            int[] places = order[start..Math.Min(order.Length, start + Together)];
            Run(examples, places);
            for (int b = 0; b < places.Length; b++)
            {
                scores.Add(examples[places[b]].Label, Best(_probabilities.AsSpan(b * model.Options.Outputs, model.Options.Outputs)));
            }
        }

        return scores;
    }

    /// <summary>The median time of one text by itself, in microseconds, over some of the examples.</summary>
    public double MedianMicroseconds(IReadOnlyList<Example> examples, int most = 200)
    {
        int count = Math.Min(most, examples.Count);
        var ticks = new long[count];
        for (int i = -count / 4; i < count; i++)                       // the first ones compile the code and fill the caches
        {
            int[] place = [Math.Max(0, i)];
            long begun = Stopwatch.GetTimestamp();
            Run(examples, place);
            ticks[place[0]] = Stopwatch.GetTimestamp() - begun;
        }

        Array.Sort(ticks);
        return ticks[count / 2] * 1e6 / Stopwatch.Frequency;
    }

    /// <summary>Where the largest one stands.</summary>
    public static int Best(ReadOnlySpan<float> probabilities)
    {
        int best = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }

    public void Dispose() => _predictor.Dispose();

    private void Run(IReadOnlyList<Example> examples, ReadOnlySpan<int> places)
    {
        _batch.Set(examples, places);
        _predictor.Predict(_batch.Tokens, _probabilities.AsSpan(0, places.Length * model.Options.Outputs), places.Length, _batch.Lengths);
    }
}
