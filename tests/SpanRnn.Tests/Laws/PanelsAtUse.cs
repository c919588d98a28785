using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// A training step packs the panels of a large R at the first step of time that reads them, where the layer before had its own, and the layer's stay behind: to the bit as with
/// these, which come up for whoever needs them.
/// </summary>
public sealed class PanelsAtUse
{
    private const int Steps = 7, Tokens = 30, Rounds = 4;

    // R, or both parts of it, of 1 MiB and more: what it takes. Units are no whole blocks, and no whole fours; layers have different sizes, and not all of them are large.
    private static readonly RecurrentOptions[] Large =
    [
        new() { Cell = CellKind.Rnn, InputSize = 20, HiddenSizes = [530, 550, 40] },
        new() { Cell = CellKind.Lstm, InputSize = 310, HiddenSizes = [283] },
        new() { Cell = CellKind.Lstm, InputSize = 20, HiddenSizes = [283], Bidirectional = true },
        new() { Cell = CellKind.Gru, InputSize = 300, HiddenSizes = [331, 310] },
        new() { Cell = CellKind.GruResetBefore, InputSize = 20, HiddenSizes = [530] },
        new() { Cell = CellKind.Lstm, InputSize = 20, HiddenSizes = [410], ProjectionSize = 190 },
    ];

    /// <summary>Layers of each whose R is large, of two directions two.</summary>
    private static readonly int[] Left = [2, 1, 2, 2, 1, 1];

    /// <summary>A processor that computes W x apart, and one that computes it ahead, between R h, where it may.</summary>
    private static readonly Isa Apart = Isa.Of(Isa.Best.Lanes, CacheLevel.First), Ahead = Isa.Of(Isa.Best.Lanes, CacheLevel.Third);

    public static TheoryData<int> Models => [.. Enumerable.Range(0, Large.Length)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_has_the_same_bits(int index)
    {
        foreach (Isa isa in (Isa[])[Apart, Ahead])
        {
            TrainedRun found = Train(index, isa);
            Train(index, isa, keeps: true).IsSameAs(found);
            Assert.All(found.Behind, behind => Assert.Equal(Left[index], behind));
        }
    }

    /// <summary>From the first step on where states are not zero, of which some training has but one.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(Steps, true)]
    public void Any_number_of_steps(int steps, bool carriesStates)
    {
        foreach (int index in (int[])[0, 1, 4])
        {
            TrainedRun found = Train(index, Apart, shapeOf: _ => (1, steps), carriesStates: carriesStates);
            Train(index, Apart, keeps: true, shapeOf: _ => (1, steps), carriesStates: carriesStates).IsSameAs(found);
            Assert.All(found.Behind, behind => Assert.Equal(Left[index], behind));
        }
    }

    /// <summary>Few sequences do without, many do not: their steps compute W x beside R h.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Batches_take_turns(int index)
    {
        (int, int) ShapeOf(int round) => (round == 1 ? 9 : 3, Steps);
        TrainedRun found = Train(index, Apart, shapeOf: ShapeOf);
        Train(index, Apart, keeps: true, shapeOf: ShapeOf).IsSameAs(found);
        Assert.Equal([Left[index], 0, Left[index], Left[index]], found.Behind);
    }

    /// <summary>The panels are those of the rows after every update; a pass that asked for them keeps them for one more.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_between_updates(int index)
    {
        TrainedRun found = Train(index, Apart, predicts: round => round % 2 == 0);
        Train(index, Apart, keeps: true, predicts: round => round % 2 == 0).IsSameAs(found);
        Assert.Equal([Left[index], 0, Left[index], 0], found.Behind);
    }

    /// <param name="index">Which model.</param>
    /// <param name="isa">The processor.</param>
    /// <param name="keeps">Whether a team of one thread keeps its panels: what the others are compared with.</param>
    /// <param name="predicts">After which updates the model is used.</param>
    /// <param name="shapeOf">B and T of each batch.</param>
    /// <param name="carriesStates">Whether each batch begins with the states in which the last one ended.</param>
    private static TrainedRun Train(
        int index, Isa isa, bool keeps = false, Func<int, bool>? predicts = null, Func<int, (int Batch, int Steps)>? shapeOf = null, bool carriesStates = false)
    {
        using var model = new SequenceModel(new() { Vocabulary = Tokens, Recurrent = Large[index], Outputs = Tokens }, isa);
        model.Initialize(seed: 3);
        using WorkerTeam? team = keeps ? new WorkerTeam(1) : null;
        int most = carriesStates ? 1 : 9;
        using var trainer = new Trainer(model, new() { Steps = Steps, Batch = most, Optimizer = new Adam(), Team = team, CarriesState = carriesStates });
        (int, int)[] shapes = [.. Enumerable.Range(0, Rounds).Select(round => shapeOf?.Invoke(round) ?? (1, Steps))];
        return TrainedRun.Of(trainer, Some, shapes, m => m.Stack.Layers.Count(layer => layer.IsRecurrentBehind), predicts);
    }

    private static int[] Some(int count) => [.. Enumerable.Range(0, count).Select(i => i * i % Tokens)];
}
