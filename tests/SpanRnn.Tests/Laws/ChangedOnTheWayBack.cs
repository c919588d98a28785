using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Large layers whose gradients nobody asks for are changed block by block on the way back; to the bit as if all gradients had been there first.
/// </summary>
public sealed class ChangedOnTheWayBack
{
    private const int Steps = 5, Batch = 3, Many = 80, Vocabulary = 40, Rounds = 3, Outputs = 3000;

    /// <summary>Matrices of which <see cref="Trained.Kept"/> counts those whose gradients are there after a step.</summary>
    private const int All = 3;

    /// <summary>A norm that nothing reaches: it is measured over all gradients, so these are kept.</summary>
    private const double NoLimit = 1e30;

    private static readonly RecurrentOptions[] Large =
    [
        new() { Cell = CellKind.Rnn, InputSize = 20, HiddenSizes = [730, 730] },
        new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [365], Bidirectional = true },
        new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [400], ProjectionSize = 340, Bias = BiasKind.Single },
        new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [365], Peepholes = true },
        new() { Cell = CellKind.Gru, InputSize = 430, HiddenSizes = [430], Bias = BiasKind.None },
        new() { Cell = CellKind.GruResetBefore, InputSize = 24, HiddenSizes = [430] },
        new() { Cell = CellKind.Lstm, InputSize = 1030, HiddenSizes = [130], Bidirectional = true },
        new() { Cell = CellKind.Gru, InputSize = 24, HiddenSizes = [430, 430], Dropout = 0.3f },
    ];

    private static readonly EncoderDecoderOptions[] Pairs =
    [
        new()
        {
            SourceVocabulary = Vocabulary, Encoder = new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [365] },
            TargetVocabulary = Outputs, Decoder = new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [365] },
            Outputs = Outputs, Context = ContextUse.InitialState | ContextUse.EveryStep,
        },
        new()
        {
            SourceVocabulary = Vocabulary, Encoder = new() { Cell = CellKind.Rnn, InputSize = 24, HiddenSizes = [730], Bidirectional = true },
            TargetVocabulary = 730, Decoder = new() { Cell = CellKind.Rnn, InputSize = 24, HiddenSizes = [730] },
            Outputs = 730, Attention = AttentionKind.General,
        },
    ];

    public static TheoryData<int> Models => [.. Enumerable.Range(0, Large.Length)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Weights_and_moments_have_the_same_bits(int model)
    {
        using var team = new WorkerTeam(2, meetingTime: 70);
        Trained later = Train(model, Options(NoLimit));
        Same("one thread", later, Train(model, Options(null)));
        Same("two threads", later, Train(model, Options(null, team: team)), isAlone: Large[model].Bidirectional);
        Assert.Equal(All, later.Kept);
    }

    [Fact]
    public void Whatever_the_optimizer()
    {
        foreach (Func<Optimizer> optimizer in (Func<Optimizer>[])[() => new Sgd(0.1, momentum: 0.9), () => new AdamW(amsGrad: true), () => new RmsProp()])
        {
            Trained later = Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = optimizer(), MaxGradientNorm = NoLimit });
            Same(optimizer().GetType().Name, later, Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = optimizer() }));
        }
    }

    /// <summary>Clipped by value or averaged over batches: then all gradients are there first.</summary>
    [Fact]
    public void Gradients_that_are_asked_for_are_kept()
    {
        Assert.Equal(All, Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientValue = 1f }).Kept);
        Assert.Equal(All, Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), AccumulatedBatches = Rounds }).Kept);
    }

    /// <summary>Batches of so many rows that no near cache holds them, whose blocks come several at a time, between others: nothing stale is left.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public void Batches_of_any_size_take_turns(int model, int threads)
    {
        using var team = new WorkerTeam(threads, meetingTime: 70);
        SameAsLater(norm => Train(model, Options(norm, Many, team), round => round == 1 ? Many : Batch));
    }

    /// <summary>
    /// So many threads that a layer's blocks are too few for them, and its gradients are kept, but for batches that are too small to be divided: those alone keep
    /// none, and what others kept does not disturb them.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, Many, 2)]
    [InlineData(Many, 1, 2)]
    public void Layers_that_are_changed_later_the_next_time(int batch, int second, int kept)
    {
        using var team = new WorkerTeam(6, meetingTime: 70);
        int BatchOf(int round) => round == 1 ? second : batch;
        SameAsLater(norm => Train(3, Options(norm, Many, team), BatchOf, lengthOf: (round, _) => BatchOf(round) == 1 ? 1 : Steps), kept);
    }

    /// <summary>A head that sees the last step alone has few rows where the layers have many.</summary>
    [Fact]
    public void Heads_of_fewer_rows_than_their_layers() =>
        SameAsLater(norm => Train(0, Options(norm, Many), _ => Many, HeadInput.LastStep));

    /// <summary>Blocks of a head with few inputs are small, so that many come at once; its layer is no large one.</summary>
    [Theory]
    [InlineData(Batch)]
    [InlineData(Many)]
    public void Heads_of_few_inputs(int batch) => SameAsLater(
        norm => Train(new() { Cell = CellKind.Rnn, InputSize = 20, HiddenSizes = [20] }, Options(norm, batch), outputs: 17_000), kept: 2);

    [Fact]
    public void Sequences_without_steps() =>
        SameAsLater(norm => Train(5, Options(norm), lengthOf: (round, b) => round == 1 ? 0 : b + 1));

    /// <summary>Encoder, bridge, decoder and head; what attention projects with stays until the end.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void Encoders_and_decoders_have_the_same_bits(int pair, int threads)
    {
        using var team = new WorkerTeam(threads, meetingTime: 70);
        Trained later = TrainPair(Pairs[pair], NoLimit, team), found = TrainPair(Pairs[pair], null, team);
        Assert.Equal(pair == 0 ? All : All + 1, later.Kept);
        Assert.Equal(0, found.Kept);
        SameBits($"{threads} threads", later, found);
    }

    private static Trained TrainPair(EncoderDecoderOptions pair, double? norm, WorkerTeam team)
    {
        using var model = new EncoderDecoder(pair);
        model.Initialize(seed: 4);
        using var trainer = new EncoderDecoderTrainer(model, Options(norm, team: team));
        var losses = new float[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            losses[round] = (float)trainer.Step(Tokens(Steps * Batch), Tokens(Steps * Batch), Batch, [5, 2, 4], [3, 5, 5]);
        }

        string[] bridge = model.Bridge is null ? [] : ["bridge.weight"];
        return new Trained(
            losses, [.. model.Weights.All], MomentsOf(trainer), Logits: [],
            KeptOf(trainer.Gradients, ["encoder.weight_hh_l0", "decoder.weight_hh_l0", "fc.weight", .. bridge]));
    }

    /// <param name="train">From the norm that gradients are clipped to, if they are.</param>
    /// <param name="kept">Matrices whose gradients are there all the same, of the last batch or of one before it.</param>
    private static void SameAsLater(Func<double?, Trained> train, int kept = 0)
    {
        Trained later = train(NoLimit), found = train(null);
        Assert.Equal(kept, found.Kept);
        SameBits("on the way back", later, found);
    }

    /// <param name="what">What is compared.</param>
    /// <param name="expected">All gradients first.</param>
    /// <param name="found">Changed on the way back.</param>
    /// <param name="isAlone">Whether each of two threads may have a direction for itself, whose gradients are then kept.</param>
    private static void Same(string what, Trained expected, Trained found, bool isAlone = false)
    {
        Assert.True(found.Kept == 0 || isAlone, what);
        SameBits(what, expected, found);
    }

    private static void SameBits(string what, Trained expected, Trained found)
    {
        Bits.Equal($"{what}: losses", expected.Losses, found.Losses);
        Bits.Equal($"{what}: weights", expected.Weights, found.Weights);
        Assert.Equal(expected.Moments.Length, found.Moments.Length);
        for (int i = 0; i < expected.Moments.Length; i++)
        {
            Bits.Equal($"{what}: moment {i}", expected.Moments[i], found.Moments[i]);
        }

        Bits.Equal($"{what}: what is packed", expected.Logits, found.Logits);
    }

    private static Trained Train(
        int index, TrainerOptions options, Func<int, int>? batchOf = null, HeadInput head = HeadInput.EveryStep, Func<int, int, int>? lengthOf = null) =>
        Train(Large[index], options, Outputs, batchOf, head, lengthOf);

    private static Trained Train(
        RecurrentOptions recurrent, TrainerOptions options, int outputs, Func<int, int>? batchOf = null, HeadInput head = HeadInput.EveryStep,
        Func<int, int, int>? lengthOf = null)
    {
        using var model = new SequenceModel(new() { Vocabulary = Vocabulary, Recurrent = recurrent, Outputs = outputs, Head = head });
        model.Initialize(seed: 3);
        using var trainer = new Trainer(model, options);
        var losses = new float[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            int batch = batchOf?.Invoke(round) ?? options.Batch;
            int[] tokens = Tokens(Steps * batch), lengths = [.. Enumerable.Range(0, batch).Select(b => lengthOf?.Invoke(round, b) ?? Steps - b % 3)];
            losses[round] = (float)trainer.Step(tokens, head == HeadInput.EveryStep ? tokens : tokens[..batch], batch, lengths);
        }

        float[] logits = head == HeadInput.EveryStep ? ModelRun.Logits(model, Tokens(Steps)) : [];
        return new Trained(
            losses, [.. model.Weights.All], MomentsOf(trainer), logits, KeptOf(trainer.Gradients, "rnn.weight_ih_l0", "rnn.weight_hh_l0", "fc.weight"));
    }

    private static TrainerOptions Options(double? norm, int batch = Batch, WorkerTeam? team = null) =>
        new() { Steps = Steps, SourceSteps = Steps, Batch = batch, Optimizer = new Adam(), MaxGradientNorm = norm, Team = team };

    private static float[][] MomentsOf(ModelTrainer trainer) => [.. trainer.Options.Optimizer.Moments.Select(moment => moment.Moment.All.ToArray())];

    private static int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => i * i % Vocabulary)];

    /// <summary>How many matrices have a gradient in their last row, where no block's is written on the way.</summary>
    private static int KeptOf(ParameterSet gradients, params string[] names) =>
        names.Count(name => gradients[name].Row(gradients[name].Rows - 1).ContainsAnyExcept(0f));

    private sealed record Trained(float[] Losses, float[] Weights, float[][] Moments, float[] Logits, int Kept);
}
