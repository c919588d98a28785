using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Layers;

/// <summary>What a session does beside stepping: snapshots, warming up, runs, other weights.</summary>
public sealed class StreamSessionTests
{
    public static TheoryData<CellKind> Cells => [.. Enum.GetValues<CellKind>()];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_snapshot_goes_on_elsewhere_with_the_same_bits(CellKind cell)
    {
        using Recurrent layers = Layers(cell);
        using RecurrentSession first = layers.CreateSession(), second = layers.CreateSession();
        float[] x = Numbers.Of(1, 5 * 3), expected = new float[5 * 9], found = new float[5 * 9];
        first.Run(x, expected);
        byte[] snapshot = new byte[first.SnapshotSize];
        first.WriteSnapshot(snapshot);
        first.Run(x, expected);
        second.ReadSnapshot(snapshot);
        second.Run(x, found);
        Bits.Equal("after the snapshot", expected, found);
        Assert.Equal(0, Allocations.Of(() => first.WriteSnapshot(snapshot)));
        Assert.Equal(0, Allocations.Of(() => first.ReadSnapshot(snapshot)));
    }

    [Fact]
    public void A_wrong_snapshot_is_refused_and_changes_nothing()
    {
        using Recurrent layers = Layers(CellKind.Lstm), others = Layers(CellKind.Gru, 18);
        using RecurrentSession session = layers.CreateSession(), other = others.CreateSession();
        session.Run(Numbers.Of(1, 6), []);
        byte[] before = Snapshot(session), changed = [.. before], foreign = Snapshot(other);
        changed[0]++;
        Assert.Contains($"expected {before.Length} bytes, found {before.Length - 1}", Refusal(before.AsSpan(1).ToArray()));
        Assert.Contains("expected to begin with \"SRS1\"", Refusal(changed));
        Assert.Equal(before.Length, foreign.Length);
        Assert.Contains("expected 18 hidden and 18 cell states, found 36 and 0", Refusal(foreign));
        Assert.Equal(before, Snapshot(session));

        string Refusal(byte[] snapshot) => Assert.Throws<ArgumentException>(() => session.ReadSnapshot(snapshot)).Message;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Warming_up_leaves_no_trace(CellKind cell)
    {
        using Recurrent layers = Layers(cell);
        using RecurrentSession warm = layers.CreateSession(), cold = layers.CreateSession();
        float[] x = Numbers.Of(2, 3 * 3), expected = new float[3 * 9], found = new float[3 * 9];
        cold.Run(x, expected);
        cold.Run(x, expected);
        warm.Prewarm();
        warm.Run(x, found);
        warm.Prewarm();
        warm.Run(x, found);
        Bits.Equal("output", expected, found);
    }

    [Fact]
    public void A_run_may_be_in_place_but_not_shifted()
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Rnn, InputSize = 4, HiddenSizes = [4] });
        layers.Initialize(1);
        using RecurrentSession a = layers.CreateSession(), b = layers.CreateSession();
        float[] x = Numbers.Of(1, 12), expected = new float[12], both = [.. x, 0f];
        a.Run(x, expected);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => b.Run(both.AsSpan(0, 12), both.AsSpan(1, 12))).Message);
        b.Run(both.AsSpan(0, 12), both.AsSpan(0, 12));
        Bits.Equal("in place", expected, both.AsSpan(0, 12));
        Assert.Contains("x: expected 8 numbers whole steps, found 9", Assert.Throws<ArgumentException>(() => b.Run(new float[9], [])).Message);
    }

    [Fact]
    public void Weights_are_swapped_between_steps_by_any_thread_and_the_old_ones_end()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, vocabulary: 5, embedding: 4, hidden: 40));
        model.Initialize(1);
        FrozenModel even = model.Freeze();
        model.Initialize(2);
        FrozenModel odd = model.Freeze();

        // Which weights a step used follows from its output: state and input are the same each time.
        float[] ofEven = Step(even), ofOdd = Step(odd), output = new float[5];
        using SequenceSession session = even.CreateSession();
        bool isOver = false;
        var swapping = new Thread(() =>
        {
            for (int i = 0; !Volatile.Read(ref isOver); i++)
            {
                session.Use(i % 2 == 0 ? odd : even);
            }
        });
        swapping.Start();
        int evens = 0, odds = 0;
        for (int step = 0; step < 20_000 || evens == 0 || odds == 0; step++)
        {
            session.Reset();
            session.Step(3, output);
            if (output.AsSpan().SequenceEqual(ofEven))
            {
                evens++;
            }
            else
            {
                Bits.Equal("one or the other", ofOdd, output);
                odds++;
            }
        }

        Volatile.Write(ref isOver, true);
        swapping.Join();

        static float[] Step(FrozenModel weights)
        {
            using SequenceSession alone = weights.CreateSession();
            float[] y = new float[5];
            alone.Step(3, y);
            return y;
        }
    }

    [Fact]
    public void Weights_that_no_session_uses_are_collected()
    {
        using Recurrent layers = Layers(CellKind.Gru);
        using RecurrentSession session = layers.CreateSession();
        WeakReference old = Freeze(layers, session);
        session.Use(layers.Freeze(WeightFormat.BFloat16));
        GC.Collect(); // what is asked is whether anything still holds the old weights
        Assert.False(old.IsAlive);
        session.Step(new float[3], default);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Freeze(Recurrent layers, RecurrentSession session)
        {
            FrozenRecurrent weights = layers.Freeze();
            session.Use(weights);
            session.Step(new float[3], default);
            return new WeakReference(weights);
        }
    }

    [Fact]
    public void Frozen_weights_do_not_change_with_the_model()
    {
        using Recurrent layers = Layers(CellKind.Lstm);
        using RecurrentSession session = layers.CreateSession();
        float[] before = new float[9], after = new float[9], fresh = new float[9];
        session.Step(new float[3], before);
        layers.Initialize(77);
        session.Reset();
        session.Step(new float[3], after);
        Bits.Equal("the session's", before, after);
        using RecurrentSession next = layers.CreateSession();
        next.Step(new float[3], fresh);
        Assert.NotEqual(before, fresh);
    }

    [Fact]
    public void Weights_of_other_sizes_are_refused()
    {
        using Recurrent layers = Layers(CellKind.Gru), others = Layers(CellKind.Gru, 10);
        using RecurrentSession session = layers.CreateSession();
        FrozenRecurrent own = session.Weights;
        Assert.Contains(
            "weights: expected those of layers like 3 x 9 -> 9 x 9, found 3 x 10 -> 10 x 10",
            Assert.Throws<ArgumentException>(() => session.Use(others.Freeze())).Message);
        Assert.Same(own, session.Weights);
    }

    private static Recurrent Layers(CellKind cell, int units = 9)
    {
        var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = 3, HiddenSizes = [units, units] });
        layers.Initialize(4);
        return layers;
    }

    private static byte[] Snapshot(RecurrentSession session)
    {
        byte[] snapshot = new byte[session.SnapshotSize];
        session.WriteSnapshot(snapshot);
        return snapshot;
    }
}
