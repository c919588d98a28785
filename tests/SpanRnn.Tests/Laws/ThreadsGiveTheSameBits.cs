using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 1: any number of threads gives the bits of one.</summary>
public sealed class ThreadsGiveTheSameBits
{
    /// <summary>Large enough to be divided: about 16 sequences for each thread, and millions of multiply-adds.</summary>
    public static TheoryData<LawCell, int, bool> Cases()
    {
        var cases = new TheoryData<LawCell, int, bool>();
        foreach (LawCell cell in Enum.GetValues<LawCell>())
        {
            cases.Add(cell, 2, false);
            cases.Add(cell, 2, true);
            cases.Add(cell, 3, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_and_gradients(LawCell cell, int threads, bool lengths)
    {
        Problem problem = Large(cell, lengths);
        using var team = new WorkerTeam(threads, meetingTime: 70);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape alone = engine.Plan(problem.Steps, problem.Rows), divided = engine.Plan(problem.Steps, problem.Rows, team: team);
        EngineRun one = EngineRun.Of(engine, alone, problem), many = EngineRun.Of(engine, divided, problem);
        Bits.Equal($"{threads} threads", one, many);
    }

    /// <summary>
    /// Batches too small to be divided by sequences, of all cells, directions, merges and lengths: here even the smallest work is divided, by
    /// units that do not fill panels.
    /// </summary>
    [Theory]
    [MemberData(nameof(Problems.Cells), MemberType = typeof(Problems))]
    public void Small_batches(LawCell cell)
    {
        using WorkerTeam two = new(2) { DividesAll = true }, three = new(3) { DividesAll = true };
        var limits = new Limits { FewestUnits = 17, MostUnits = 150, MostRows = 15, MostLayers = 2, Dropout = true, Steps = [1, 2, 3, 5] };
        Problems.ForAll(cell, 12, limits, problem =>
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape alone = engine.Plan(problem.Steps, problem.Rows);
            EngineRun one = EngineRun.Of(engine, alone, problem);
            float[] inferred = Inferred(null);
            foreach (WorkerTeam team in (ReadOnlySpan<WorkerTeam>)[two, three])
            {
                using RecurrentTape divided = engine.Plan(problem.Steps, problem.Rows, team: team);
                Bits.Equal($"{team.Threads} threads", one, EngineRun.Of(engine, divided, problem));
                Bits.Equal($"inference on {team.Threads} threads", inferred, Inferred(team));
            }

            float[] Inferred(WorkerTeam? team)
            {
                using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows, training: false, team);
                return Output(engine, tape, problem);
            }
        });
    }

    /// <summary>One stream through layers large enough to be divided by units, though a meeting takes long.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, 1, 2)]
    [InlineData(LawCell.Gru, 1, 2)]
    [InlineData(LawCell.GruResetBefore, 1, 3)]
    [InlineData(LawCell.LstmWithProjection, 13, 2)]
    [InlineData(LawCell.Rnn, 15, 2)]
    public void Large_layers_and_few_sequences(LawCell cell, int rows, int threads)
    {
        TwinRecurrent stack = Large(cell, lengths: false).Stack with { Inputs = 120, Hidden = [400, 390], Bidirectional = false };
        var problem = new Problem(stack, Steps: rows == 1 ? 23 : 7, rows, Seed: 11);
        using var team = new WorkerTeam(threads, meetingTime: 500);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape alone = engine.Plan(problem.Steps, problem.Rows), divided = engine.Plan(problem.Steps, problem.Rows, team: team);
        EngineRun one = EngineRun.Of(engine, alone, problem), many = EngineRun.Of(engine, divided, problem);
        Bits.Equal($"{threads} threads", one, many);
        Assert.True(team.Barrier.Meetings > 0);
    }

    [Theory]
    [InlineData(LawCell.Lstm)]
    [InlineData(LawCell.GruResetBefore)]
    public void Inference(LawCell cell)
    {
        Problem problem = Large(cell, lengths: true);
        using var team = new WorkerTeam(2, meetingTime: 70);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape alone = engine.Plan(problem.Steps, problem.Rows, training: false);
        using RecurrentTape divided = engine.Plan(problem.Steps, problem.Rows, training: false, team);
        Bits.Equal("output", Output(engine, alone, problem), Output(engine, divided, problem));
    }

    [Fact]
    public void Whole_training_steps()
    {
        using WorkerTeam team = new(2), three = new(3) { DividesAll = true };
        float[] one = Trained(null);
        Bits.Equal("weights on 2 threads", one, Trained(team));
        Bits.Equal("weights on 3 threads", one, Trained(three));

        static float[] Trained(WorkerTeam? team)
        {
            const int Steps = 6, Batch = 40, Vocabulary = 70;
            using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, Vocabulary, embedding: 60, hidden: 100, layers: 2));
            model.Initialize(seed: 3);
            using var trainer = new Trainer(
                model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = 1, CarriesState = true, Team = team });
            int[] tokens = [.. Enumerable.Range(0, Steps * Batch).Select(i => i * i % Vocabulary)];
            for (int step = 0; step < 3; step++)
            {
                trainer.Step(tokens, tokens, Batch);
            }

            Assert.Equal(0, Allocations.Of(() => trainer.Step(tokens, tokens, Batch)));
            return model.Weights.All.ToArray();
        }
    }

    /// <summary>Rows that do not count, accumulated gradients, the mean of steps and smoothed labels: every part of a step is divided.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Training_on_classes_of_small_batches(int threads)
    {
        using var team = new WorkerTeam(threads) { DividesAll = true };
        (double[] losses, float[] weights) = Trained(null);
        (double[] Losses, float[] Weights) divided = Trained(team);
        Assert.Equal(losses, divided.Losses);
        Bits.Equal("weights", weights, divided.Weights);

        static (double[] Losses, float[] Weights) Trained(WorkerTeam? team)
        {
            const int Steps = 5, Batch = 6, Vocabulary = 40, Classes = 19;
            using var model = new SequenceModel(new()
            {
                Vocabulary = Vocabulary,
                Recurrent = new() { Cell = CellKind.Lstm, InputSize = 21, HiddenSizes = [40, 33], Direction = Direction.Bidirectional, Dropout = 0.25f },
                Outputs = Classes,
            });
            model.Initialize(seed: 4);
            using var trainer = new Trainer(
                model, new() { Steps = Steps, Batch = Batch, Optimizer = new Sgd(0.5), MaxGradientNorm = 0.1, AccumulatedBatches = 2, Team = team })
            {
                ClassLoss = new(labelSmoothing: 0.1),
            };
            int[] tokens = [.. Enumerable.Range(0, Steps * Batch).Select(i => i * 7 % Vocabulary)];
            int[] targets = [.. tokens.Select(token => token % 3 == 0 ? -100 : token % Classes)];
            double[] losses = [.. Enumerable.Range(0, 6).Select(_ => trainer.Step(tokens, targets, Batch, [5, 2, 0, 4, 5, 1]))];
            return (losses, model.Weights.All.ToArray());
        }
    }

    [Fact]
    public void Training_on_numbers()
    {
        AssertSame(2, Trained);

        static (double[] Losses, float[] Weights) Trained(WorkerTeam? team)
        {
            const int Steps = 4, Batch = 3, Inputs = 2, Outputs = 5;
            using var model = new SequenceModel(new()
            {
                Recurrent = new() { Cell = CellKind.GruResetBefore, InputSize = Inputs, HiddenSizes = [50] },
                Outputs = Outputs,
                Head = HeadInput.MaxSteps,
            });
            model.Initialize(seed: 6);
            using var trainer = new Trainer(
                model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = 0.1, Team = team })
            { NumberLoss = new Huber() };
            float[] x = EngineRun.Floats(TwinRandom.Values(1, Steps * Batch * Inputs)), y = EngineRun.Floats(TwinRandom.Values(2, Batch * Outputs));
            double[] losses = [.. Enumerable.Range(0, 4).Select(_ => trainer.Step(x, y, Batch))];
            return (losses, model.Weights.All.ToArray());
        }
    }

    [Fact]
    public void Training_of_encoder_and_decoder()
    {
        AssertSame(2, Trained);

        static (double[] Losses, float[] Weights) Trained(WorkerTeam? team)
        {
            const int Steps = 4, Batch = 5, Vocabulary = 23;
            using var model = new EncoderDecoder(new()
            {
                SourceVocabulary = Vocabulary,
                Encoder = new() { Cell = CellKind.Gru, InputSize = 17, HiddenSizes = [36], Direction = Direction.Bidirectional },
                TargetVocabulary = Vocabulary,
                Decoder = new() { Cell = CellKind.Gru, InputSize = 17, HiddenSizes = [36] },
                Bridge = BridgeKind.Learned,
                Attention = AttentionKind.General,
                Outputs = Vocabulary,
            });
            model.Initialize(seed: 8);
            using var trainer = new EncoderDecoderTrainer(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = 1, Team = team });
            int[] source = [.. Enumerable.Range(0, Steps * Batch).Select(i => i * 5 % Vocabulary)];
            double[] losses = [.. Enumerable.Range(0, 4).Select(_ => trainer.Step(source, source, Batch, [4, 1, 3, 2, 4], [2, 4, 3, 1, 4]))];
            return (losses, model.Weights.All.ToArray());
        }
    }

    [Fact]
    public void And_allocate_nothing()
    {
        Problem problem = Large(LawCell.Lstm, lengths: true);
        using var team = new WorkerTeam(2, meetingTime: 70);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows, team: team);
        using ParameterSet gradients = engine.CreateGradients();
        TwinBatch batch = problem.Batch();
        float[] x = EngineRun.Floats(batch.X), y = new float[problem.Steps * problem.Rows * engine.OutputSize];
        Assert.Equal(0, Allocations.Of(() =>
        {
            engine.Forward(tape, problem.Steps, problem.Rows, batch.Lengths, x, [], [], y, [], []);
            engine.Backward(tape, y, [], [], gradients, accumulate: false, [], [], []);
        }));
    }

    private static float[] Output(Recurrent engine, RecurrentTape tape, Problem problem)
    {
        TwinBatch batch = problem.Batch();
        float[] y = new float[problem.Steps * problem.Rows * engine.OutputSize];
        engine.Forward(tape, problem.Steps, problem.Rows, batch.Lengths, EngineRun.Floats(batch.X), [], [], y, [], []);
        return y;
    }

    private static Problem Large(LawCell cell, bool lengths)
    {
        const int Steps = 5, Rows = LayerPass<Lstm>.MostRows + 7; // more than share a panel: for one thread
        TwinRecurrent stack = Problems.PlainStack(cell, 90, [112, 100]);
        return new Problem(stack, Steps, Rows, Seed: 7) { Lengths = lengths ? [.. Enumerable.Range(0, Rows).Select(row => row * 31 % (Steps + 1))] : null };
    }

    /// <summary>A whole training gives the same losses and weights on a team as on one thread.</summary>
    private static void AssertSame(int threads, Func<WorkerTeam?, (double[] Losses, float[] Weights)> train)
    {
        using var team = new WorkerTeam(threads) { DividesAll = true };
        (double[] losses, float[] weights) = train(null);
        (double[] Losses, float[] Weights) divided = train(team);
        Assert.Equal(losses, divided.Losses);
        Bits.Equal("weights", weights, divided.Weights);
    }
}
