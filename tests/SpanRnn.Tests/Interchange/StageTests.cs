using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Each stage against its definition.</summary>
public sealed class StageTests
{
    private static readonly float[] Samples =
        [-1000f, -20f, -3f, -1f, -0.5f, -1e-4f, -0f, 0f, 1e-4f, 0.3f, 0.5f, 0.50001f, 1f, 2.5f, 20f, 1000f, float.NegativeInfinity, float.PositiveInfinity];

    [Fact]
    public void Every_function_is_its_formula_and_nan_stays_nan()
    {
        Check(StageActivation.Identity, x => x);
        Check(StageActivation.Tanh, Math.Tanh);
        Check(StageActivation.Sigmoid, Sigmoid);
        Check(StageActivation.Relu, x => Math.Max(0, x));
        Check(StageActivation.LeakyRelu(0.1f), x => x < 0 ? 0.1f * x : x);
        Check(StageActivation.PRelu([0.25f]), x => x < 0 ? 0.25 * x : x);
        Check(StageActivation.Elu(1.5f), x => x < 0 ? 1.5 * (Math.Exp(x) - 1) : x);
        Check(StageActivation.HardSigmoid(0.2f, 0.5f), x => Math.Clamp(0.2f * x + 0.5, 0, 1));
        Check(StageActivation.Softplus, x => x > 50 ? x : Math.Log(1 + Math.Exp(x)));
        Check(StageActivation.Softsign, x => double.IsInfinity(x) ? Math.Sign(x) : x / (1 + Math.Abs(x)));
        Check(new(ActivationFunction.ScaledTanh, 1.5f, 0.5f), x => 1.5 * Math.Tanh(0.5 * x));
        Check(new(ActivationFunction.ThresholdedRelu, 0.5f), x => x > 0.5 ? x : 0);
        Check(new(ActivationFunction.Affine, 2f, -1f), x => 2 * x - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(1500)]
    public void Softmax_gives_probabilities_and_log_softmax_their_logarithms(int size)
    {
        float[] x = [.. Numbers.Of(size, 2 * size).Select(value => 30 * value)];
        double[] expected = [.. x.Chunk(size).SelectMany(row =>
        {
            double largest = row.Max(), sum = row.Sum(value => Math.Exp(value - largest));
            return row.Select(value => value - largest - Math.Log(sum));
        })];
        Closeness.Absolute("log-softmax", expected, Run(new ActivationStage(StageActivation.LogSoftmax, size), x), 1e-5);
        Closeness.Absolute("softmax", [.. expected.Select(Math.Exp)], Run(new ActivationStage(StageActivation.Softmax, size), x), 1e-6);
    }

    [Fact]
    public void Softmax_of_nan_is_nan()
    {
        Assert.All(Run(new ActivationStage(StageActivation.Softmax, 3), [1f, float.NaN, 2f]), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(Direction.Forward, MergeMode.Concat)]
    [InlineData(Direction.Reverse, MergeMode.Concat)]
    [InlineData(Direction.Bidirectional, MergeMode.Concat)]
    [InlineData(Direction.Bidirectional, MergeMode.Sum)]
    [InlineData(Direction.Bidirectional, MergeMode.Multiply)]
    [InlineData(Direction.Bidirectional, MergeMode.Average)]
    public void Recurrent_layers_give_the_bits_of_the_native_ones(Direction direction, MergeMode merge)
    {
        const int steps = 6, batch = 4;
        int[] lengths = [6, 2, 0, 5];
        using var layers = new Recurrent(new() { Cell = CellKind.Gru, InputSize = 3, HiddenSizes = [7, 5], Direction = direction, Merge = merge });
        layers.Initialize(1);
        float[] x = Numbers.Of(2, steps * batch * 3), h0 = Numbers.Of(3, layers.HiddenStateSize);
        float[] initial = [.. Spread(layers, h0, batch)];
        float[] y = new float[steps * batch * layers.OutputSize], hn = new float[batch * layers.HiddenStateSize];
        using RecurrentTape tape = layers.Plan(steps, batch, training: false);
        layers.Forward(tape, steps, batch, lengths, x, initial, [], y, hn, []);

        using var all = new ImportedModel([new RecurrentStage(layers, h0)], new ModelSummary { Format = "a test's" });
        Bits.Equal("every step", y, Run(all, x, steps, batch, lengths));
        using var last = new ImportedModel(
            [new RecurrentStage(layers, h0), new SelectionStage(SelectedStep.FinalState, layers.OutputSize)], new ModelSummary { Format = "a test's" });
        float[] forward = direction == Direction.Bidirectional ? hn[^(2 * batch * 5)..^(batch * 5)] : hn[^(batch * 5)..], reverse = hn[^(batch * 5)..];
        float[] expected = direction != Direction.Bidirectional ? forward : merge switch
        {
            MergeMode.Concat => [.. forward.Chunk(5).Zip(reverse.Chunk(5)).SelectMany(pair => pair.First.Concat(pair.Second))],
            MergeMode.Sum => [.. forward.Zip(reverse, (f, r) => f + r)],
            MergeMode.Multiply => [.. forward.Zip(reverse, (f, r) => f * r)],
            _ => [.. forward.Zip(reverse, (f, r) => (f + r) * 0.5f)],
        };
        Bits.Equal("final state", expected, Run(last, x, steps, batch, lengths));
    }

    [Fact]
    public void Stages_that_do_not_fit_are_refused_with_both_numbers()
    {
        DenseStage Dense(int inputs, int outputs) => new(new float[inputs * outputs], [], inputs, outputs);
        Refused("reads 3 numbers, the stage before gives 2", Dense(1, 2), Dense(3, 1));
        Refused("only the first stage can read tokens", Dense(1, 2), new EmbeddingStage(new float[2], 2, 1));
        Refused("must follow recurrent layers", Dense(1, 2), new SelectionStage(SelectedStep.FinalState, 2));
        Refused("needs every step", Dense(1, 2), new SelectionStage(SelectedStep.LastStep, 2), new InputSkipStage(2, 1));
        Refused("has no such numbers", Dense(1, 2), new InputSkipStage(2, 2));
        Refused("at least one stage");
    }

    [Fact]
    public void Wrong_spans_and_wrong_inputs_are_refused_and_name_the_argument()
    {
        using ImportedModel numbers = AssembledModels.Create("audio", Isa.Best), tokens = AssembledModels.Create("tokens", Isa.Best);
        using ImportedRun run = numbers.Plan(2, 2), tokenRun = tokens.Plan(2, 2);
        using ImportedSession session = tokens.CreateSession();
        float[] x = new float[12], y = new float[8], both = new float[12];
        Assert.Contains("x: expected 12", Assert.Throws<ArgumentException>(() => run.Run(2, 2, [], x.AsSpan(1), y)).Message, StringComparison.Ordinal);
        Assert.Contains("y: expected 8", Assert.Throws<ArgumentException>(() => run.Run(2, 2, [], x, y.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.Contains("y overlaps x", Assert.Throws<ArgumentException>(() => run.Run(2, 2, [], both, both.AsSpan(0, 8))).Message, StringComparison.Ordinal);
        Assert.Contains("planned for up to", Assert.Throws<ArgumentException>(() => run.Run(1, 4, [], x, y)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => run.Run(2, 2, [], [0, 0, 0, 0], y));
        Assert.Throws<InvalidOperationException>(() => tokenRun.Run(2, 2, [], x, new float[4 * AssembledModels.Tokens]));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(AssembledModels.Tokens, new float[AssembledModels.Tokens]));
        numbers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Run(2, 2, [], x, y));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void Check(StageActivation activation, Func<double, double> formula)
    {
        float[] found = Run(new ActivationStage(activation, Samples.Length), Samples);
        for (int i = 0; i < Samples.Length; i++)
        {
            double expected = formula(Samples[i]);
            bool isRight = double.IsInfinity(expected) ? found[i] == (float)expected : Math.Abs(found[i] - expected) <= 1e-6 * Math.Max(1, Math.Abs(expected));
            Assert.True(isRight, $"{activation} of {Samples[i]}: expected {expected}, found {found[i]}.");
        }

        Assert.True(float.IsNaN(Run(new ActivationStage(activation, 1), [float.NaN])[0]), $"{activation} of NaN");
    }

    private static void Refused(string reason, params ModelStage[] stages) => Assert.Contains(
        reason, Assert.Throws<ArgumentException>(() => new ImportedModel(stages, new ModelSummary { Format = "a test's" })).Message, StringComparison.Ordinal);

    private static float[] Run(ModelStage stage, float[] x)
    {
        using var model = new ImportedModel([stage], new ModelSummary { Format = "a test's" });
        return Run(model, x, x.Length / stage.InputSize, 1, []);
    }

    private static float[] Run(ImportedModel model, float[] x, int steps, int batch, int[] lengths)
    {
        float[] y = new float[(model.GivesEveryStep ? steps : 1) * batch * model.OutputSize];
        using ImportedRun run = model.Plan(steps, batch);
        run.Run(steps, batch, lengths, x, y);
        return y;
    }

    /// <summary>From [layers x D, S] to [layers x D, B, S].</summary>
    private static IEnumerable<float> Spread(Recurrent layers, float[] states, int batch)
    {
        int at = 0;
        foreach (int size in layers.Options.HiddenSizes)
        {
            for (int d = 0; d < layers.Options.Directions; d++, at += size)
            {
                for (int b = 0; b < batch; b++)
                {
                    foreach (float value in states[at..(at + size)])
                    {
                        yield return value;
                    }
                }
            }
        }
    }
}
