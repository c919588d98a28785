using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>A predictor gives what sessions give, in the user's order, as logits or probabilities.</summary>
public sealed class PredictorTests
{
    [Fact]
    public void Its_outputs_are_those_of_sessions_and_zero_past_a_length()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, 7, 3, 18));
        model.Initialize(1);
        using var predictor = new Predictor(model, 4, 3);
        int[] tokens = [1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5], lengths = [2, 4, 0];
        float[] found = new float[4 * 3 * 7], logits = new float[7];
        Array.Fill(found, float.NaN);
        predictor.Predict(tokens, found, 3, lengths);
        for (int row = 0; row < 3; row++)
        {
            using SequenceSession session = model.CreateSession();
            for (int t = 0; t < 4; t++)
            {
                Array.Clear(logits);
                if (t < lengths[row])
                {
                    session.Step(tokens[t * 3 + row], logits);
                }

                Bits.Equal($"row {row}, step {t}", logits, found.AsSpan((t * 3 + row) * 7, 7));
            }
        }
    }

    [Theory]
    [InlineData(OutputKind.Softmax, 1)]
    [InlineData(OutputKind.Softmax, 33)]
    [InlineData(OutputKind.Sigmoid, 1)]
    [InlineData(OutputKind.Sigmoid, 33)]
    public void Probabilities_are_those_of_the_logits(OutputKind kind, int outputs)
    {
        using var model = new SequenceModel(new() { Recurrent = new() { InputSize = 2, HiddenSizes = [5] }, Outputs = outputs, Head = HeadInput.LastStep });
        model.Initialize(4);
        using Predictor raw = new(model, 6, 2), predictor = new(model, 6, 2, kind);
        float[] x = Numbers.Of(3, 6 * 2 * 2), logits = new float[2 * outputs], found = new float[2 * outputs];
        raw.Predict(x, logits, 2);
        predictor.Predict(x, found, 2);
        for (int row = 0; row < 2; row++)
        {
            double[] a = [.. logits.Skip(row * outputs).Take(outputs).Select(v => (double)v)];
            double sum = a.Sum(Math.Exp);
            double[] expected = [.. a.Select(v => kind == OutputKind.Softmax ? Math.Exp(v) / sum : 1 / (1 + Math.Exp(-v)))];
            Closeness.Absolute($"row {row}", expected, found.AsSpan(row * outputs, outputs), 3e-7);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, 7, 3, 5));
        model.Initialize(1);
        using var predictor = new Predictor(model, 4, 2);
        Assert.Contains("expected 14 numbers [2 rows, 7], found 7", Assert.Throws<ArgumentException>(() => predictor.Predict([1, 2], new float[7])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => predictor.Predict(new int[10], new float[70], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Predict([7], new float[7]));
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(new float[3], new float[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, 1, 1, (OutputKind)9));
    }
}
