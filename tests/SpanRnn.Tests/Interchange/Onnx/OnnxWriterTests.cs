using SpanRnn.Cells;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>What is written as ONNX: the real runtime gives the engine's outputs, and reading it back gives the engine's bits.</summary>
public sealed class OnnxWriterTests
{
    private const int T = 5, B = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [RuntimeFact]
    public void Drawn_stacks_run_in_the_runtime_to_the_same_outputs()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            using Recurrent recurrent = Draw(random);
            bool withStates = recurrent.Options.HiddenSizes.Distinct().Count() == 1 && seed % 2 == 0, withLengths = seed % 3 == 0;
            float[] x = Noise(random, T * B * recurrent.InputSize), y = new float[T * B * recurrent.OutputSize];
            float[] h0 = withStates ? Noise(random, B * recurrent.HiddenStateSize) : [], c0 = withStates ? Noise(random, B * recurrent.CellStateSize) : [];
            float[] hn = new float[withStates ? B * recurrent.HiddenStateSize : 0], cn = new float[c0.Length];

            // The runtime gives 0 for the final state of a sequence without steps, the engine the initial one: 1 or more here.
            int[] lengths = withLengths ? [T, random.Next(1, T), random.Next(1, T)] : [];
            using (RecurrentTape tape = recurrent.Plan(T, B, training: false))
            {
                recurrent.Forward(tape, T, B, lengths, x, h0, c0, y, hn, cn);
            }

            long states = recurrent.Stack.Layers.Length, units = recurrent.Options.HiddenSizes[0];
            RuntimeInput[] inputs =
            [
                new("x", x, T, B, recurrent.InputSize),
                .. withLengths ? [new("lengths", lengths, B)] : (RuntimeInput[])[],
                .. h0.Length > 0 ? [new("h0", h0, states, B, units)] : (RuntimeInput[])[],
                .. c0.Length > 0 ? [new("c0", c0, states, B, units)] : (RuntimeInput[])[],
            ];
            string[] outputs = ["y", .. h0.Length > 0 ? ["hn"] : (string[])[], .. c0.Length > 0 ? ["cn"] : (string[])[]];
            byte[] bytes = OnnxWriter.ToBytes(recurrent, new OnnxWriteOptions { WithStates = withStates, WithLengths = withLengths });
            float[][] found = OnnxRuntime.Run(bytes, inputs, outputs);
            for (int i = 0; i < outputs.Length; i++)
            {
                float[] own = new[] { y, hn, cn }[i];
                Closeness.Absolute($"seed {seed} {recurrent.Options} {outputs[i]}", [.. own.Select(number => (double)number)], found[i], 1e-5 * Math.Max(1, own.Max(Math.Abs)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_stack_that_is_read_back_gives_the_same_bits(int seed)
    {
        var random = new Random(seed);
        using Recurrent recurrent = Draw(random);
        float[] x = Noise(random, T * B * recurrent.InputSize), y = new float[T * B * recurrent.OutputSize];
        int[] lengths = [T, 0, 2];
        using (RecurrentTape tape = recurrent.Plan(T, B, training: false))
        {
            recurrent.Forward(tape, T, B, lengths, x, [], [], y, [], []);
        }

        using var folder = new TemporaryFolder();
        string path = folder.Path("stack.onnx");
        OnnxWriter.Save(path, recurrent, new OnnxWriteOptions { WithLengths = true });
        using ImportedModel model = ImportedModel.Open(path);
        Recurrent read = Assert.IsType<RecurrentStage>(Assert.Single(model.Stages)).Recurrent;
        Assert.Equal(recurrent.Options.HiddenSizes, read.Options.HiddenSizes);
        Assert.Same(recurrent.Stack.Layers[0].GetType(), read.Stack.Layers[0].GetType());
        Assert.Equal(y, Agreement.Run(model, T, B, x, lengths));
    }

    [RuntimeTheory]
    [InlineData(CellKind.Lstm, HeadInput.EveryStep, 9, false)]
    [InlineData(CellKind.Gru, HeadInput.LastStep, 9, true)]
    [InlineData(CellKind.GruResetBefore, HeadInput.LastStep, 0, false)]
    [InlineData(CellKind.Rnn, HeadInput.EveryStep, 0, true)]
    public void Sequence_models_run_in_the_runtime_to_the_same_outputs(CellKind cell, HeadInput head, int vocabulary, bool bidirectional)
    {
        using var model = new SequenceModel(new SequenceModelOptions
        {
            Vocabulary = vocabulary,
            Recurrent = new() { Cell = cell, InputSize = 6, HiddenSizes = [17, 5], Bidirectional = bidirectional },
            Outputs = 4,
            Head = head,
        });
        model.Initialize(5);
        byte[] bytes = OnnxWriter.ToBytes(model);
        var random = new Random(1);
        float[] x = Noise(random, T * B * 6);
        long[] tokens = [.. Enumerable.Range(0, T * B).Select(_ => (long)random.Next(9))];
        RuntimeInput input = vocabulary > 0 ? new("x", tokens, T, B) : new("x", x, T, B, 6);
        float[] found = OnnxRuntime.Run(bytes, [input], ["y"])[0];

        using ImportedModel read = OnnxFile.Read("sequence", bytes).Import();
        float[] own = new float[found.Length];
        using (ImportedRun run = read.Plan(T, B))
        {
            if (vocabulary > 0)
            {
                run.Run(T, B, [], tokens.Select(token => (int)token).ToArray(), own);
            }
            else
            {
                run.Run(T, B, [], x, own);
            }
        }

        Closeness.Absolute("read back", [.. found.Select(number => (double)number)], own, 1e-5);
        if (head == HeadInput.EveryStep && !bidirectional)
        {
            // And the model itself, a step at a time.
            using SequenceSession session = model.CreateSession();
            float[] logits = new float[4];
            for (int t = 0; t < T; t++)
            {
                if (vocabulary > 0)
                {
                    session.Step((int)tokens[t * B], logits);
                }
                else
                {
                    session.Step(x.AsSpan(t * B * 6, 6), logits);
                }

                Closeness.Absolute($"step {t}", [.. found.AsSpan(t * B * 4, 4).ToArray().Select(number => (double)number)], logits, 1e-5);
            }
        }
    }

    [RuntimeFact]
    public void Imported_models_run_in_the_runtime_to_the_same_outputs()
    {
        var random = new Random(8);
        foreach (SelectedStep? selected in new SelectedStep?[] { null, SelectedStep.LastStep, SelectedStep.FinalState })
        {
            var recurrent = new Recurrent(new RecurrentOptions { Cell = CellKind.Gru, InputSize = 4, HiddenSizes = [6, 5], Bidirectional = true, Bias = BiasKind.Double });
            recurrent.Initialize(4);
            var stages = new List<ModelStage>
            {
                new ScaleStage(Noise(random, 4), Noise(random, 4)),
                new RecurrentStage(recurrent, Noise(random, recurrent.HiddenStateSize)),
            };
            if (selected is { } step)
            {
                stages.Add(new SelectionStage(step, 10));
            }

            stages.Add(new DenseStage(Noise(random, 40), Noise(random, 4), 10, 4, new StageActivation(ActivationFunction.ScaledTanh, 1.5f, 0.7f)));
            stages.Add(new ActivationStage(StageActivation.PRelu(Noise(random, 4)), 4));
            stages.Add(new ActivationStage(new StageActivation(ActivationFunction.Affine, 2f, 0.5f), 4));
            stages.Add(new ActivationStage(StageActivation.LogSoftmax, 4));
            using var model = new ImportedModel(stages, new ModelSummary { Format = "tests" });
            Agreement.Check($"{selected}", OnnxWriter.ToBytes(model), 4);
            float[] x = Noise(random, T * B * 4);
            float[] expected = OnnxRuntime.Run(OnnxWriter.ToBytes(model), [new("x", x, T, B, 4)], ["y"])[0];
            Closeness.Absolute($"{selected}", [.. expected.Select(number => (double)number)], Agreement.Run(model, T, B, x), 1e-5);
        }
    }

    [Fact]
    public void What_onnx_cannot_say_is_refused_by_name()
    {
        using var projected = new Recurrent(new RecurrentOptions { InputSize = 2, HiddenSizes = [4], ProjectionSize = 3 });
        Assert.Contains("ProjectionSize", Assert.Throws<NotSupportedException>(() => OnnxWriter.ToBytes(projected)).Message);
        using var uneven = new Recurrent(new RecurrentOptions { InputSize = 2, HiddenSizes = [4, 3] });
        Assert.Contains("4, 3", Assert.Throws<NotSupportedException>(() => OnnxWriter.ToBytes(uneven, new OnnxWriteOptions { WithStates = true })).Message);
        using var convolution = new ImportedModel([new ConvolutionStage([1f, 2f], [], 1, 1, 2)], new ModelSummary { Format = "tests" });
        Assert.Contains("conv", Assert.Throws<NotSupportedException>(() => OnnxWriter.ToBytes(convolution)).Message);
    }

    private static Recurrent Draw(Random random)
    {
        CellKind cell = (CellKind)random.Next(5);
        bool isLstm = cell == CellKind.Lstm, isRnn = cell is CellKind.Rnn or CellKind.RnnRelu;
        var direction = (Direction)random.Next(3);
        CellActivations? Activations() => random.Next(3) > 0 ? null : new CellActivations
        {
            F = random.Next(2) == 0 ? Activation.HardSigmoid(0.3f, 0.4f) : null,
            G = isRnn || random.Next(2) == 0 ? null : Activation.Softsign,
            H = isLstm && random.Next(2) == 0 ? Activation.Elu(0.7f) : null,
        };
        var options = new RecurrentOptions
        {
            Cell = cell,
            InputSize = random.Next(1, 6),
            HiddenSizes = random.Next(2) == 0 ? [random.Next(1, 18)] : random.Next(2) == 0 ? [7, 7] : [9, 4],
            Direction = direction,
            Merge = direction == Direction.Bidirectional ? (MergeMode)random.Next(4) : MergeMode.Concat,
            Bias = (BiasKind)random.Next(3),
            Activations = Activations(),
            ReverseActivations = direction == Direction.Bidirectional ? Activations() : null,
            Clip = random.Next(4) == 0 ? 0.5f : float.PositiveInfinity,
            Peepholes = isLstm && random.Next(3) == 0,
            CoupledForgetGate = isLstm && random.Next(3) == 0,
        };
        var recurrent = new Recurrent(options);
        recurrent.Initialize((ulong)random.Next());
        return recurrent;
    }

    private static float[] Noise(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2f * random.NextSingle() - 1f)];
}
