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
    private const int Steps = 5, Batch = 3, Vocabulary = 40, Rounds = 3;

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
    ];

    public static TheoryData<int> Models => [.. Enumerable.Range(0, Large.Length)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Weights_and_moments_have_the_same_bits(int model)
    {
        using var team = new WorkerTeam(2);
        Trained later = Train(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = NoLimit });
        Same("one thread", later, Train(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam() }));
        Same("two threads", later, Train(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), Team = team }));
        Assert.True(later.KeptGradients);
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

    /// <summary>Clipped by value, averaged over batches, or of more rows than come at once: then all gradients are there first.</summary>
    [Fact]
    public void Gradients_that_are_asked_for_are_kept()
    {
        Assert.False(Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam() }).KeptGradients);
        Assert.True(Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientValue = 1f }).KeptGradients);
        Assert.True(Train(0, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), AccumulatedBatches = Rounds }).KeptGradients);
        Assert.True(Train(0, new() { Steps = Steps, Batch = 80, Optimizer = new Adam() }).KeptGradients);
    }

    private static void Same(string what, Trained expected, Trained found)
    {
        Assert.False(found.KeptGradients, what);
        Bits.Equal($"{what}: losses", expected.Losses, found.Losses);
        Bits.Equal($"{what}: weights", expected.Weights, found.Weights);
        Assert.Equal(expected.Moments.Length, found.Moments.Length);
        for (int i = 0; i < expected.Moments.Length; i++)
        {
            Bits.Equal($"{what}: moment {i}", expected.Moments[i], found.Moments[i]);
        }

        Bits.Equal($"{what}: what is packed", expected.Logits, found.Logits);
    }

    private static Trained Train(int index, TrainerOptions options)
    {
        using var model = new SequenceModel(new() { Vocabulary = Vocabulary, Recurrent = Large[index], Outputs = 1500 });
        model.Initialize(seed: 3);
        using var trainer = new Trainer(model, options);
        int batch = options.Batch;
        int[] tokens = [.. Enumerable.Range(0, Steps * batch).Select(i => i * i % Vocabulary)], lengths = [.. Enumerable.Range(0, batch).Select(b => Steps - b % 3)];
        var losses = new float[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            losses[round] = (float)trainer.Step(tokens, tokens, batch, lengths);
        }

        return new Trained(
            losses, [.. model.Weights.All], [.. options.Optimizer.Moments.Select(moment => moment.Moment.All.ToArray())], ModelRun.Logits(model, tokens[..Steps]),
            KeptGradients: HasAll(trainer.Gradients));
    }

    /// <summary>Whether each matrix of recurrent layers and the head has a gradient in its last row.</summary>
    private static bool HasAll(ParameterSet gradients)
    {
        bool[] have = [.. gradients.Layout.Tensors
            .Where(tensor => !tensor.IsVector && !tensor.Name.StartsWith("embedding", StringComparison.Ordinal) && tensor.Rows > 400)
            .Select(tensor => gradients[tensor.Name].Row(tensor.Rows - 1).ContainsAnyExcept(0f))];
        Assert.True(have.All(kept => kept == have[0]), "Some matrices' gradients were kept, others not.");
        return have[0];
    }

    private sealed record Trained(float[] Losses, float[] Weights, float[][] Moments, float[] Logits, bool KeptGradients);
}
