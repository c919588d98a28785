using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>R' da of a single sequence comes from R's rows, and the panels of the way back stay behind: to the bit as with panels, which come up for whoever needs them.</summary>
public sealed class TheWayBackFromRows
{
    private const int Steps = 12, Tokens = 30, Rounds = 4;

    // R, or a candidate's part of it, of 1 MiB and more: what it takes. Units are no whole blocks, and no whole fours.
    private static readonly RecurrentOptions[] Large =
    [
        new() { Cell = CellKind.Rnn, InputSize = 20, HiddenSizes = [530, 530] },
        new() { Cell = CellKind.Lstm, InputSize = 310, HiddenSizes = [283] },
        new() { Cell = CellKind.Lstm, InputSize = 20, HiddenSizes = [283], Bidirectional = true },
        new() { Cell = CellKind.Gru, InputSize = 300, HiddenSizes = [331] },
        new() { Cell = CellKind.GruResetBefore, InputSize = 20, HiddenSizes = [530] },
        new() { Cell = CellKind.Lstm, InputSize = 20, HiddenSizes = [410], ProjectionSize = 190 },
    ];

    /// <summary>Layers of each, of two directions two.</summary>
    private static readonly int[] Left = [2, 1, 2, 1, 1, 1];

    /// <summary>A processor whose third-level cache is near.</summary>
    private static readonly Isa Near = Isa.Of(Isa.Best.Lanes, CacheLevel.Second);

    /// <summary>A processor on which nothing is computed beside R' da, and whose third-level cache is far, and one on which all is that may be.</summary>
    private static readonly Isa Apart = Isa.Of(Isa.Best.Lanes, CacheLevel.First), Beside = Isa.Of(Isa.Best.Lanes, CacheLevel.Third);

    public static TheoryData<int> Models => [.. Enumerable.Range(0, Large.Length)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_has_the_same_bits(int index)
    {
        TrainedRun found = Train(index, _ => 1);
        Train(index, _ => 1, keeps: true).IsSameAs(found);
        Assert.All(found.Behind, behind => Assert.Equal(Left[index], behind));
    }

    /// <summary>dx is computed beside R' da, section by section.</summary>
    [Fact]
    public void Training_has_the_same_bits_where_dx_is_computed_beside_it()
    {
        TrainedRun found = Train(1, _ => 1, isa: Beside);
        Train(1, _ => 1, keeps: true).IsSameAs(found);
        Assert.All(found.Behind, behind => Assert.Equal(Isa.Best.Lanes == 16 ? 0 : 1, behind)); // narrow vectors compute nothing beside
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Batches_take_turns(int index)
    {
        TrainedRun found = Train(index, round => round == 1 ? 3 : 1);
        Train(index, round => round == 1 ? 3 : 1, keeps: true).IsSameAs(found);
        Assert.Equal([Left[index], 0, Left[index], Left[index]], found.Behind);
    }

    /// <summary>Divided by units, and by sequences of which one thread has few and another more.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Teams_have_the_same_bits(int threads)
    {
        using var team = new WorkerTeam(threads);
        foreach (int index in (int[])[1, 3, 4])
        {
            foreach (int batch in (int[])[1, 3, 9, 20])
            {
                TrainedRun one = Train(index, _ => batch), many = Train(index, _ => batch, team: team);
                Bits.Equal("losses", one.Losses, many.Losses);
                Bits.Equal("weights", one.Weights, many.Weights);
            }
        }
    }

    /// <summary>Several threads go back with the same weights, some by rows, some by panels, which one of them brings up for all.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_threads_go_back_at_once(bool isFar)
    {
        Isa isa = isFar ? Apart : Near;
        foreach (int index in (int[])[1, 4])
        {
            using SequenceModel model = Of(index, isa), fresh = Of(index, Apart);
            float[] one = StateGradient(fresh, 1), three = StateGradient(fresh, 3);
            var found = new float[4][];
            Threads.AtOnce([.. Enumerable.Range(0, found.Length).Select(i => (Action)(() => found[i] = StateGradient(model, i % 2 == 0 ? 1 : 3)))]);
            for (int i = 0; i < found.Length; i++)
            {
                Bits.Equal("gradients of initial states", i % 2 == 0 ? one : three, found[i]);
            }
        }
    }

    /// <summary>Where the third-level cache is far, rows are as good as panels, however often; where it is near, the second time the panels come up.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Who_goes_back_again_has_panels_where_they_are_near(bool isFar, int left)
    {
        foreach (int index in (int[])[1, 4])
        {
            using SequenceModel model = Of(index, isFar ? Apart : Near);
            model.Pack();
            float[] first = StateGradient(model, 1);
            Assert.Equal(1, BehindOf(model));
            Bits.Equal("gradients of initial states", first, StateGradient(model, 1));
            Assert.Equal(left, BehindOf(model));
        }
    }

    [Fact]
    public void Nobody_has_panels_of_the_way_back_before_somebody_goes_back()
    {
        using SequenceModel model = Of(1, Apart);
        model.Pack();
        ModelRun.Logits(model, Some(Steps));
        Assert.Equal(1, BehindOf(model));
        using var team = new WorkerTeam(1);
        using var trainer = new Trainer(model, Options(team));
        trainer.Step(Some(Steps), Some(Steps), 1);
        Assert.Equal(0, BehindOf(model));
    }

    /// <param name="index">Which model.</param>
    /// <param name="batchOf">Sequences of each step.</param>
    /// <param name="keeps">Whether a team of one thread keeps its panels: what the others are compared with.</param>
    /// <param name="isa">The processor.</param>
    /// <param name="team">Who shares the work.</param>
    private static TrainedRun Train(int index, Func<int, int> batchOf, bool keeps = false, Isa? isa = null, WorkerTeam? team = null)
    {
        using SequenceModel model = Of(index, isa ?? Apart);
        using WorkerTeam? one = keeps ? new WorkerTeam(1) : null;
        using var trainer = new Trainer(model, Options(team ?? one));
        return TrainedRun.Of(trainer, Some, [.. Enumerable.Range(0, Rounds).Select(round => (batchOf(round), Steps))], BehindOf);
    }

    /// <summary>dh0 of a run of the model's layers, whose outputs have gradients of one.</summary>
    private static float[] StateGradient(SequenceModel model, int batch)
    {
        using var tape = new StackTape(model.Stack, Steps, batch, training: true);
        using var gradients = new ParameterSet(model.Weights.Layout);
        tape.Timeline.Set(Steps, batch, []);
        float[] x = Numbers.Of(batch, Steps * batch * tape.Input.Stride);
        x.CopyTo(MemoryMarshal.CreateSpan(ref tape.Input.Origin, x.Length));
        model.Stack.Forward(tape, default);
        MemoryMarshal.CreateSpan(ref tape.DOutput.Origin, Steps * batch * tape.DOutput.Stride).Fill(1f);
        model.Stack.Backward(tape, tape.DOutput, tape.DInput, gradients, accumulate: false, wantsStates: true);
        return [.. MemoryMarshal.CreateSpan(ref tape.Layers[0].DH, batch)];
    }

    private static SequenceModel Of(int index, Isa isa)
    {
        var model = new SequenceModel(new() { Vocabulary = Tokens, Recurrent = Large[index], Outputs = Tokens }, isa);
        model.Initialize(seed: 3);
        return model;
    }

    private static TrainerOptions Options(WorkerTeam? team) => new() { Steps = Steps, Batch = 20, Optimizer = new Adam(), Team = team };

    private static int BehindOf(SequenceModel model) => model.Stack.Layers.Count(layer => layer.IsBehindOnTheWayBack);

    private static int[] Some(int count) => [.. Enumerable.Range(0, count).Select(i => i * i % Tokens)];
}
