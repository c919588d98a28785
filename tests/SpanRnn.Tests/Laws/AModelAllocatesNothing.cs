using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 3 for whole models: a training step, a session's step and a sample take no managed memory, not one byte.</summary>
public sealed class AModelAllocatesNothing
{
    private const int Steps = 4, Rows = 3, Vocabulary = 9, Width = 5;

    private static readonly int[] Tokens = [.. Enumerable.Range(0, Steps * Rows).Select(i => i * 7 % Vocabulary)];

    public static TheoryData<string> Optimizers => ["sgd", "momentum", "adagrad", "rmsprop", "adam", "amsgrad", "adamw"];

    public static TheoryData<CellKind> Cells => [.. Enum.GetValues<CellKind>()];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_training_step_allocates_no_byte_whatever_the_optimizer(string optimizer)
    {
        using SequenceModel model = Language(CellKind.Lstm, dropout: 0.3f);
        Check(model, new TrainerOptions
        {
            Steps = Steps,
            Batch = Rows,
            Optimizer = Of(optimizer),
            Schedule = new CosineSchedule(0.01, 100, 0.001),
            MaxGradientNorm = 0.5,
            MaxGradientValue = 0.1f,
            AccumulatedBatches = 2,
            CarriesState = true,
        });
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_training_step_allocates_no_byte_whatever_the_cell(CellKind cell)
    {
        using SequenceModel model = Language(cell, dropout: 0.3f, bidirectional: true);
        Check(model, new TrainerOptions { Steps = Steps, Batch = Rows, Optimizer = new Adam(), MaxGradientNorm = 0.5 });
    }

    [Fact]
    public void A_step_on_numbers_allocates_no_byte()
    {
        using var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new() { InputSize = Width, HiddenSizes = [20] },
            Outputs = 2,
            Head = HeadInput.LastStep,
        });
        model.Initialize(1);
        using var trainer = new Trainer(model, new TrainerOptions { Steps = Steps, Batch = Rows, Optimizer = new Adam() });
        float[] x = new float[Steps * Rows * Width], y = new float[Rows * 2];
        int[] classes = [0, 1, 0], lengths = [1, 4, 2];
        Assert.Equal(0, Allocations.Of(() =>
        {
            trainer.Step(x, y, Rows, lengths);
            trainer.Step(x, classes, Rows);
        }));

        using SequenceSession session = model.CreateSession();
        float[] input = new float[Width], output = new float[2];
        Assert.Equal(0, Allocations.Of(() => session.Step(input, output)));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Generating_allocates_no_byte(CellKind cell)
    {
        using SequenceModel model = Language(cell, dropout: 0f);
        using SequenceSession session = model.CreateSession();
        TokenSampler even = new(temperature: 0.7, seed: 3), greedy = new(temperature: 0);
        var logits = new float[Vocabulary];
        Assert.Equal(0, Allocations.Of(() =>
        {
            session.Reset();
            session.Step(1, logits);
            for (int i = 0; i < 5; i++)
            {
                session.Step(even.Sample(logits), logits);
                session.Step(greedy.Sample(logits), logits);
            }
        }));
    }

    private static void Check(SequenceModel model, TrainerOptions options)
    {
        using var trainer = new Trainer(model, options);
        int[] lengths = [4, 0, 2];
        Assert.Equal(0, Allocations.Of(() =>
        {
            trainer.Step(Tokens, Tokens, Rows, lengths);
            trainer.Step(Tokens, Tokens, Rows);
        }));
    }

    private static SequenceModel Language(CellKind cell, float dropout, bool bidirectional = false)
    {
        SequenceModelOptions options = SequenceModelOptions.Language(cell, Vocabulary, Width, hidden: 20, layers: 2);
        var model = new SequenceModel(options with { Recurrent = options.Recurrent with { Dropout = dropout, Bidirectional = bidirectional } });
        model.Initialize(1);
        return model;
    }

    private static Optimizer Of(string name) => name switch
    {
        "sgd" => new Sgd(0.1),
        "momentum" => new Sgd(0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01),
        "adagrad" => new Adagrad(),
        "rmsprop" => new RmsProp(),
        "adam" => new Adam(),
        "amsgrad" => new Adam(amsGrad: true),
        _ => new AdamW(),
    };
}
