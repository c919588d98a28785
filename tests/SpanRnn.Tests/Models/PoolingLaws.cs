using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>The laws for heads that see whole sequences: last step, mean and maximum over the valid steps.</summary>
[Collection(Alone.Name)]
public sealed class PoolingLaws
{
    private const int Steps = 5, Rows = 5, Vocabulary = 6, Width = 3, Classes = 4;

    private static readonly int[] Lengths = [3, 0, 5, 1, 3], Targets = [1, 3, 0, 2, 2];
    private static readonly int[] Tokens = [.. Enumerable.Range(0, Steps * Rows).Select(i => i * 5 % Vocabulary)];

    public static TheoryData<HeadInput, bool> Heads => new()
    {
        { HeadInput.LastStep, false }, { HeadInput.LastStep, true }, { HeadInput.MeanSteps, false }, { HeadInput.MeanSteps, true },
        { HeadInput.MaxSteps, false }, { HeadInput.MaxSteps, true },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void Gradients_are_those_of_the_twin(HeadInput head, bool bidirectional)
    {
        TwinRecurrent stack = Stack(bidirectional, 4);
        using SequenceModel model = Model(stack, head, Isa.Best);
        Dictionary<string, double[]> weights = Arenas.Draw(model.Weights.Layout, 7);
        (float[] logits, Dictionary<string, float[]> gradients) = Run(model, weights, Tokens, Rows, Lengths);
        Closeness.Relative("logits", TwinLogits(stack, head, weights), logits, 1e-5);
        foreach ((string name, float[] gradient) in gradients)
        {
            double worst = CentralDifference.Gradient(
                () => TwinLosses.CrossEntropy(TwinLogits(stack, head, weights), Classes, Targets), weights, name, 7).WorstError(gradient);
            Assert.True(worst <= 1e-5, $"the gradient of {name} is off by {worst:e2} of its largest value.");
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Widths_and_batches_do_not_change_a_bit(HeadInput head, bool bidirectional)
    {
        TwinRecurrent stack = Stack(bidirectional, 19);
        using SequenceModel widest = Model(stack, head, Isa.Of(16));
        Dictionary<string, double[]> weights = Arenas.Draw(widest.Weights.Layout, 3);
        (float[] logits, Dictionary<string, float[]> gradients) = Run(widest, weights, Tokens, Rows, Lengths);
        foreach (int lanes in Numbers.Widths)
        {
            using SequenceModel model = Model(stack, head, Isa.Of(lanes));
            (float[] found, Dictionary<string, float[]> foundGradients) = Run(model, weights, Tokens, Rows, Lengths);
            Bits.Equal($"{lanes} lanes: logits", logits, found);
            Arenas.SameBits($"{lanes} lanes", gradients, foundGradients);
        }

        for (int row = 0; row < Rows; row++)
        {
            int[] alone = [.. Enumerable.Range(0, Lengths[row]).Select(t => Tokens[t * Rows + row])];
            using var predictor = new Predictor(widest, Steps);
            float[] found = new float[Classes];
            predictor.Predict(alone, found);
            Bits.Equal($"row {row} alone", logits.AsSpan(row * Classes, Classes), found);
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Steps_and_predictions_allocate_no_byte_and_return_what_they_rent(HeadInput head, bool bidirectional)
    {
        int before = SlabPool.Outstanding;
        using (SequenceModel model = Model(Stack(bidirectional, 19), head, Isa.Best))
        {
            model.Initialize(1);
            using var trainer = new Trainer(model, new TrainerOptions { Steps = Steps, Batch = Rows, Optimizer = new Adam() })
            {
                NumberLoss = new BinaryCrossEntropyWithLogits(),
            };
            using var predictor = new Predictor(model, Steps, Rows, OutputKind.Softmax);
            float[] labels = [.. Enumerable.Range(0, Rows * Classes).Select(i => i % 3 == 0 ? 1f : 0f)], outputs = new float[Rows * Classes];
            Assert.Equal(0, Allocations.Of(() =>
            {
                trainer.Step(Tokens, Targets, Rows, Lengths);
                trainer.Step(Tokens, labels, Rows, Lengths);
                predictor.Predict(Tokens, outputs, Rows, Lengths);
            }));
        }

        Assert.Equal(before, SlabPool.Outstanding);
    }

    [Theory]
    [InlineData(HeadInput.MeanSteps)]
    [InlineData(HeadInput.MaxSteps)]
    public void NaN_is_seen_where_a_step_is_valid_and_nowhere_else(HeadInput head)
    {
        using var model = new SequenceModel(new() { Recurrent = new() { InputSize = 2, HiddenSizes = [17] }, Outputs = 1, Head = head });
        model.Initialize(2);
        using var predictor = new Predictor(model, 3, 2);
        float[] x = Numbers.Of(1, 3 * 2 * 2), expected = new float[2], found = new float[2];
        predictor.Predict(x, expected, 2, [3, 2]);
        x.AsSpan(2 * 2 * 2 + 2, 2).Fill(float.NaN); // past the length of the second
        predictor.Predict(x, found, 2, [3, 2]);
        Bits.Equal("past a length", expected, found);
        x[0] = float.NaN;
        predictor.Predict(x, found, 2, [3, 2]);
        Assert.True(float.IsNaN(found[0]));
        Bits.Equal("the other sequence", expected.AsSpan(1), found.AsSpan(1));
    }

    [Fact]
    public void The_gradient_of_a_maximum_goes_to_the_first_of_equals()
    {
        var timeline = new Timeline(3, 1);
        timeline.Set(3, 1, []);
        float[] y = new float[48], pooled = new float[16], steps = new float[16], dy = new float[48], dPooled = new float[16];
        (y[0], y[16], y[32], y[1], y[17], y[33], dPooled[0], dPooled[1]) = (2f, 2f, 1f, -3f, -1f, -1f, 5f, 7f);
        StepPooling.Max(Isa.Best, timeline, new(ref y[0], 3, 16), new(ref pooled[0], 1, 16), new(ref steps[0], 1, 16));
        StepPooling.MaxBackward(Isa.Best, timeline, new(ref dPooled[0], 1, 16), new(ref steps[0], 1, 16), new(ref dy[0], 3, 16));
        Assert.Equal([2f, -1f], pooled[..2]);
        Assert.Equal([5f, 0f, 0f], [dy[0], dy[16], dy[32]]);
        Assert.Equal([0f, 7f, 0f], [dy[1], dy[17], dy[33]]);
    }

    private static TwinRecurrent Stack(bool bidirectional, int hidden) =>
        new(TwinCell.Gru, Width, [hidden, hidden]) { Bidirectional = bidirectional };

    private static SequenceModel Model(TwinRecurrent stack, HeadInput head, Isa isa) => new(
        new() { Vocabulary = Vocabulary, Recurrent = EngineRun.OptionsOf(stack), Outputs = Classes, Head = head }, isa);

    private static (float[] Logits, Dictionary<string, float[]> Gradients) Run(
        SequenceModel model, Dictionary<string, double[]> weights, int[] tokens, int rows, int[] lengths)
    {
        Arenas.Load(model.Weights, weights);
        model.Pack();
        using var tape = new SequenceTape(model, Steps, rows, training: true);
        using var gradients = new ParameterSet(model.Weights.Layout);
        float[] logits = new float[rows * Classes];
        for (int run = 0; run < 2; run++)
        {
            // Twice, so that what the first run leaves behind must not matter.
            tape.Begin(model, tokens.Length / rows, rows, lengths);
            model.SetInput(tape, tokens);
            model.Forward(tape, dropout: null);
            RowView found = tape.Logits;
            int[] targets = [.. tape.UserRowsOfLogits.ToArray().Select(row => Targets[row])];
            for (int row = 0; row < found.Count; row++)
            {
                found[row, Classes].CopyTo(logits.AsSpan(tape.UserRowsOfLogits[row] * Classes));
            }

            Span<float> outputs = found[0, found.Count * found.Stride];
            new SoftmaxCrossEntropy { Isa = model.Isa }.LossAndGradients(outputs, targets, new RowShape(rows, Classes), outputs);
            model.Backward(tape, gradients, accumulate: false);
        }

        return (logits, Arenas.Read(gradients));
    }

    private static double[] TwinLogits(TwinRecurrent stack, HeadInput head, Dictionary<string, double[]> weights)
    {
        var batch = new TwinBatch(Steps, Rows, TwinEmbedding.Apply(weights["embedding.weight"], Width, Tokens)) { Lengths = Lengths };
        TwinRun run = stack.Run(weights, batch, "rnn.");
        int width = stack.OutputWidth(stack.Layers - 1);
        double[] pooled = head switch
        {
            HeadInput.MeanSteps => TwinPooling.Mean(run.Output, batch, width),
            HeadInput.MaxSteps => TwinPooling.Max(run.Output, batch, width),
            _ => TwinPooling.Last(run.HN, stack, batch),
        };
        return TwinDense.Apply(weights["fc.weight"], weights["fc.bias"], pooled, Rows, width, Classes);
    }
}
