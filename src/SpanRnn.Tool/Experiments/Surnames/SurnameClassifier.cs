using System.Numerics.Tensors;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>Reads names with a model, a batch at a time.</summary>
internal sealed class SurnameClassifier : IDisposable
{
    private const int Batch = 64;

    private readonly SequenceModel _model;
    private readonly Vocabulary _vocabulary;
    private readonly Predictor _predictor;
    private readonly int _longest;

    /// <summary>Plans the memory.</summary>
    /// <param name="model">Stays the caller's.</param>
    /// <param name="vocabulary">Of its tokens.</param>
    /// <param name="longest">The characters of the longest name.</param>
    public SurnameClassifier(SequenceModel model, Vocabulary vocabulary, int longest)
    {
        (_model, _vocabulary, _longest) = (model, vocabulary, longest);
        _predictor = new Predictor(model, longest, Batch, OutputKind.Softmax);
    }

    /// <summary>The likeliest language of each name.</summary>
    public int[] Answers(IReadOnlyList<string> names)
    {
        var answers = new int[names.Count];
        for (int start = 0; start < names.Count; start += Batch)
        {
            string[] batch = [.. names.Skip(start).Take(Batch)];
            float[] probabilities = Probabilities(batch);
            for (int b = 0; b < batch.Length; b++)
            {
                answers[start + b] = TensorPrimitives.IndexOfMax(probabilities.AsSpan(b * _model.Options.Outputs, _model.Options.Outputs));
            }
        }

        return answers;
    }

    /// <summary>[B, languages], for at most <see cref="Batch"/> names.</summary>
    public float[] Probabilities(IReadOnlyList<string> names)
    {
        var tokens = new int[_longest * names.Count];
        var lengths = new int[names.Count];
        for (int b = 0; b < names.Count; b++)
        {
            lengths[b] = Write(_vocabulary.Encode(names[b]), tokens, b, names.Count);
        }

        var probabilities = new float[names.Count * _model.Options.Outputs];
        _predictor.Predict(tokens, probabilities, names.Count, lengths);
        return probabilities;
    }

    /// <summary>Writes a name as one sequence of a batch.</summary>
    /// <param name="name">Its characters.</param>
    /// <param name="tokens">[T, B].</param>
    /// <param name="b">The sequence's place in the batch.</param>
    /// <param name="batch">B.</param>
    /// <returns>Its length.</returns>
    public static int Write(int[] name, Span<int> tokens, int b, int batch)
    {
        for (int t = 0; t < name.Length; t++)
        {
            tokens[t * batch + b] = name[t];
        }

        return name.Length;
    }

    public void Dispose() => _predictor.Dispose();
}
