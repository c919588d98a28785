using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Training that uses a large matrix once each way does without its panels, which its updates leave behind: to the bit as with panels, and whoever uses them
/// next finds those of the rows.
/// </summary>
public sealed class PanelsMayStayBehind
{
    private const int Steps = 9, Batch = 3, Vocabulary = 40, Rounds = 5, Outputs = 3000;

    /// <summary>A norm that nothing reaches: all gradients are then there before the first weight changes.</summary>
    private const double NoLimit = 1e30;

    // Units are no whole blocks; the weights of some layer's input, and those of a head with so many outputs, are as many as it takes.
    private static readonly RecurrentOptions[] Large =
    [
        new() { Cell = CellKind.Rnn, InputSize = 20, HiddenSizes = [730, 730] },
        new() { Cell = CellKind.Lstm, InputSize = 1030, HiddenSizes = [130], Bidirectional = true },
        new() { Cell = CellKind.Gru, InputSize = 430, HiddenSizes = [430], Bias = BiasKind.None },
        new() { Cell = CellKind.GruResetBefore, InputSize = 430, HiddenSizes = [430] },
        new() { Cell = CellKind.Lstm, InputSize = 400, HiddenSizes = [400], ProjectionSize = 340, Dropout = 0.3f },
        new() { Cell = CellKind.Lstm, InputSize = 1030, HiddenSizes = [130], Peepholes = true },
    ];

    /// <summary>Layers of each, of two directions two, whose panels training does without, and its head's.</summary>
    private static readonly int[] Left = [2, 3, 2, 2, 2, 2];

    /// <summary>A processor that leaves W x to a pass of its own, whatever this one is.</summary>
    private static readonly Isa Here = Isa.Of(Isa.Best.Lanes, CacheLevel.First);

    public static TheoryData<CellKind> Cells => [CellKind.Gru, CellKind.GruResetBefore];

    public static TheoryData<int> Models => [.. Enumerable.Range(0, Large.Length)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_has_the_same_bits(int index)
    {
        foreach (double? norm in (double?[])[null, NoLimit])
        {
            TrainedRun found = Train(index, norm);
            Train(index, norm, keeps: true).IsSameAs(found);
            Assert.All(found.Behind, behind => Assert.Equal(Left[index], behind));
        }
    }

    /// <summary>The panels are those of the rows after every update; a pass that asked for them keeps them for one more.</summary>
    [Fact]
    public void Predictions_between_updates()
    {
        TrainedRun found = Train(0, null, round => round % 2 == 0);
        Train(0, null, round => round % 2 == 0, keeps: true).IsSameAs(found);
        Assert.Equal([2, 0, 2, 0, 2], found.Behind);
    }

    /// <summary>So many sequences that W x is done step by step, and too many rows: between batches that do without.</summary>
    [Theory]
    [InlineData(8, 4)]
    [InlineData(30, 9)]
    public void Batches_that_need_panels_take_turns(int batch, int steps)
    {
        (int, int) ShapeOf(int round) => round is 1 or 3 ? (batch, steps) : (Batch, Steps);
        foreach (int index in (int[])[0, 1, 3])
        {
            TrainedRun found = Train(index, null, shapeOf: ShapeOf);
            Train(index, null, keeps: true, shapeOf: ShapeOf).IsSameAs(found);
            Assert.Equal(Left[index], found.Behind[0]);
            Assert.True(found.Behind[1] < Left[index]);
        }
    }

    /// <summary>From one row on.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_rows(int index)
    {
        TrainedRun found = Train(index, null, shapeOf: round => (1, round + 1));
        Train(index, null, keeps: true, shapeOf: round => (1, round + 1)).IsSameAs(found);
        Assert.All(found.Behind, behind => Assert.Equal(Left[index], behind));
    }

    [Fact]
    public void Batches_without_steps()
    {
        TrainedRun found = Train(0, null, shapeOf: round => (Batch, round == 2 ? 0 : Steps));
        Train(0, null, keeps: true, shapeOf: round => (Batch, round == 2 ? 0 : Steps)).IsSameAs(found);
        Assert.Equal([2, 2, 0, 2, 2], found.Behind);
    }

    /// <summary>Batches that are averaged use the same rows twice before these change.</summary>
    [Fact]
    public void Gradients_of_several_batches()
    {
        TrainedRun found = Train(2, null, accumulated: 2);
        Train(2, null, keeps: true, accumulated: 2).IsSameAs(found);
        Assert.Equal([2, 2, 2, 2, 2], found.Behind);
    }

    /// <summary>Any number of threads may ask first.</summary>
    [Fact]
    public void Many_threads_bring_them_up()
    {
        using SequenceModel model = Of(Large[0]);
        using var trainer = new Trainer(model, Options(null, keeps: null));
        int[] tokens = Tokens(Steps);
        for (int round = 0; round < Rounds; round++)
        {
            trainer.Step(Tokens(Steps * Batch), Tokens(Steps * Batch), Batch);
            Assert.Equal(2, BehindOf(model));
            var found = new float[4][];
            Threads.AtOnce([.. Enumerable.Range(0, found.Length).Select(i => (Action)(() => found[i] = ModelRun.Logits(model, tokens)))]);
            Assert.Equal((0, 0), (BehindOf(model), RecurrentBehindOf(model)));
            float[] expected = LogitsOfRows(model);
            Assert.All(found, logits => Bits.Equal("logits", expected, logits));
            trainer.Step(Tokens(Steps * Batch), Tokens(Steps * Batch), Batch); // keeps them, since they were used
            Assert.Equal(0, BehindOf(model));
        }
    }

    /// <summary>A trainer's evaluation does without panels while a session brings them up: neither changes what the other reads.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Evaluations_beside_sessions(CellKind cell)
    {
        using EncoderDecoder model = PairOf(cell), fresh = PairOf(cell);
        using EncoderDecoderTrainer trainer = TrainerOf(model, null), other = TrainerOf(fresh, null);
        int[] tokens = Tokens(Steps * Batch), source = Tokens(Steps);
        for (int round = 0; round < 2 * Rounds; round++)
        {
            while (BehindOf(model) == 0)
            {
                trainer.Step(tokens, tokens, Batch);
            }

            double loss = 0;
            float[] outputs = [];
            Threads.AtOnce([() => loss = trainer.Evaluate(tokens, tokens, Batch).Mean, () => outputs = FirstOutputs(model, source)]);
            float[] again = FirstOutputs(model, source);
            model.Weights.All.CopyTo(fresh.Weights.All);
            fresh.Pack();
            float[] expected = FirstOutputs(fresh, source);
            Assert.Equal(other.Evaluate(tokens, tokens, Batch).Mean, loss);
            Bits.Equal("beside an evaluation", expected, outputs);
            Bits.Equal("after it", expected, again);
            trainer.Step(tokens, tokens, Batch);
        }
    }

    [Fact]
    public void Weights_packed_by_hand()
    {
        using SequenceModel model = Of(Large[0]);
        using var trainer = new Trainer(model, Options(null, keeps: null));
        trainer.Step(Tokens(Steps * Batch), Tokens(Steps * Batch), Batch);
        Assert.Equal(2, BehindOf(model));
        model.Weights.All[0] += 1f; // of the embedding
        model.Weights[LastMatrixOf(model)].Memory[1] += 1f;
        model.Pack();
        Bits.Equal("logits", LogitsOfRows(model), ModelRun.Logits(model, Tokens(Steps)));
        Assert.Equal((0, 0), (BehindOf(model), RecurrentBehindOf(model)));
    }

    private static int LastMatrixOf(SequenceModel model) => model.Weights.Layout.Tensors.Count - 2;

    /// <summary>Of several evaluations the first does without panels, the second brings them up, as a session does, and the next update leaves them again.</summary>
    [Fact]
    public void Encoders_and_decoders()
    {
        using var one = new WorkerTeam(1);
        using EncoderDecoder model = PairOf(CellKind.Gru), keeping = PairOf(CellKind.Gru);
        using EncoderDecoderTrainer trainer = TrainerOf(model, null), expected = TrainerOf(keeping, one);
        int[] tokens = Tokens(Steps * Batch);
        for (int round = 0; round < Rounds; round++)
        {
            Assert.Equal(expected.Step(tokens, tokens, Batch), trainer.Step(tokens, tokens, Batch));
            Assert.Equal((0, 0), (BehindOf(keeping), RecurrentBehindOf(keeping)));
            Assert.Equal((3, 2), (BehindOf(model), RecurrentBehindOf(model)));
            for (int evaluation = 0; evaluation < round; evaluation++)
            {
                Assert.Equal(expected.Evaluate(tokens, tokens, Batch).Mean, trainer.Evaluate(tokens, tokens, Batch).Mean);
                Assert.Equal(evaluation == 0 ? (3, 2) : (0, 0), (BehindOf(model), RecurrentBehindOf(model)));
            }
        }

        expected.Step(tokens, tokens, Batch);
        trainer.Step(tokens, tokens, Batch);
        Bits.Equal("weights", keeping.Weights.All, model.Weights.All);
        Bits.Equal("a session's outputs", FirstOutputs(keeping, Tokens(Steps)), FirstOutputs(model, Tokens(Steps)));
        Assert.Equal((0, 0), (BehindOf(model), RecurrentBehindOf(model)));
    }

    /// <param name="cell">Of layers whose R, or its candidate's part too, is packed at its first step.</param>
    private static EncoderDecoder PairOf(CellKind cell)
    {
        int units = cell == CellKind.GruResetBefore ? 530 : 430;
        var recurrent = new RecurrentOptions { Cell = cell, InputSize = units, HiddenSizes = [units], Bias = BiasKind.None };
        var model = new EncoderDecoder(
            new()
            {
                SourceVocabulary = Vocabulary,
                Encoder = recurrent,
                TargetVocabulary = Outputs,
                Decoder = recurrent,
                Outputs = Outputs,
                Attention = AttentionKind.General,
            },
            Here);
        model.Initialize(seed: 4);
        return model;
    }

    private static EncoderDecoderTrainer TrainerOf(EncoderDecoder model, WorkerTeam? keeps) =>
        new(model, new() { Steps = Steps, SourceSteps = Steps, Batch = Batch, Optimizer = new Adam(), Team = keeps });

    private static float[] FirstOutputs(EncoderDecoder model, int[] source)
    {
        using EncoderDecoderSession session = model.CreateSession(source.Length);
        session.Read(source);
        var outputs = new float[model.Options.Outputs];
        session.Step(1, outputs);
        return outputs;
    }

    /// <summary>What the model says when its rows are packed anew.</summary>
    private static float[] LogitsOfRows(SequenceModel model)
    {
        using var fresh = new SequenceModel(model.Options, Here);
        model.Weights.All.CopyTo(fresh.Weights.All);
        fresh.Pack();
        return ModelRun.Logits(fresh, Tokens(Steps));
    }

    /// <param name="index">Which model.</param>
    /// <param name="norm">What gradients are clipped to.</param>
    /// <param name="predicts">After which updates the model is used.</param>
    /// <param name="keeps">Whether a team of one thread keeps its panels: what the others are compared with.</param>
    /// <param name="accumulated">Batches of an update.</param>
    /// <param name="shapeOf">B and T of each batch.</param>
    private static TrainedRun Train(
        int index, double? norm, Func<int, bool>? predicts = null, bool keeps = false, int accumulated = 1, Func<int, (int Batch, int Steps)>? shapeOf = null)
    {
        using SequenceModel model = Of(Large[index]);
        using WorkerTeam? team = keeps ? new WorkerTeam(1) : null;
        using var trainer = new Trainer(model, Options(norm, team, accumulated));
        (int, int)[] shapes = [.. Enumerable.Range(0, Rounds).Select(round => shapeOf?.Invoke(round) ?? (Batch, Steps))];
        return TrainedRun.Of(trainer, Tokens, shapes, BehindOf, predicts, (b, steps) => Math.Max(0, steps - b % 3));
    }

    private static SequenceModel Of(RecurrentOptions recurrent)
    {
        var model = new SequenceModel(new() { Vocabulary = Vocabulary, Recurrent = recurrent, Outputs = Outputs }, Here);
        model.Initialize(seed: 3);
        return model;
    }

    private static TrainerOptions Options(double? norm, WorkerTeam? keeps, int accumulated = 1) =>
        new() { Steps = Steps, Batch = 30, Optimizer = new Adam(), MaxGradientNorm = norm, Team = keeps, AccumulatedBatches = accumulated };

    private static int RecurrentBehindOf(ITrainedModel model) => model.PackedLayers.OfType<RecurrentLayer>().Count(layer => layer.IsRecurrentBehind);

    private static int BehindOf(ITrainedModel model) => model.PackedLayers.Count(layer => layer.IsBehind);

    private static int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => i * i % Vocabulary)];
}
