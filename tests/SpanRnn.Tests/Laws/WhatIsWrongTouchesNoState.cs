using SpanRnn.Interchange;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Interchange;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Every public call of a session with something wrong fails before its state is touched: it is the same to the bit before and after.</summary>
public sealed class WhatIsWrongTouchesNoState
{
    private const int Inputs = 3, Units = 5, Tokens = 4;

    [Fact]
    public void Of_recurrent_layers()
    {
        using Recurrent layers = Layers(Units), wider = Layers(Units + 1);
        using RecurrentSession session = layers.CreateSession();
        session.Run(Numbers.Of(1, 2 * Inputs), []);
        byte[] snapshot = new byte[session.SnapshotSize], before = Snapshot(session);
        session.WriteSnapshot(snapshot);
        float[] both = new float[2 * Units];
        Refusals refusals = new(() => Snapshot(session), before);
        refusals.Wrong<ArgumentException>("x: expected 3 numbers", () => session.Step(new float[Inputs - 1], new float[Units]));
        refusals.Wrong<ArgumentException>("x: expected 3 numbers", () => session.Step(new float[Inputs + 1], []));
        refusals.Wrong<ArgumentException>("x: expected 3 numbers", () => session.Step([], []));
        refusals.Wrong<ArgumentException>("y: expected 5 numbers", () => session.Step(new float[Inputs], new float[Units - 1]));
        refusals.Wrong<ArgumentException>("y: expected 5 numbers", () => session.Step(new float[Inputs], new float[Units + 1]));
        refusals.Wrong<ArgumentException>("x: expected 6 numbers", () => session.Run(new float[2 * Inputs + 1], []));
        refusals.Wrong<ArgumentException>("y: expected 10 numbers", () => session.Run(new float[2 * Inputs], new float[Units]));
        refusals.Wrong<ArgumentException>("overlaps", () => session.Run(both.AsSpan(0, Inputs), both.AsSpan(1, Units)));
        Wrong(refusals, session, cell: 0);
        refusals.Wrong<ArgumentException>("weights: expected those of layers like", () => session.Use(wider.Freeze()));
        refusals.Wrong<ArgumentNullException>("weights", () => session.Use(null!));

        session.Dispose();
        Disposed(session, snapshot);
        Assert.Throws<ObjectDisposedException>(() => session.Step(new float[Inputs], new float[Units]));
        Assert.Throws<ObjectDisposedException>(() => session.Step(new float[Inputs], []));
        Assert.Throws<ObjectDisposedException>(() => session.Run(new float[2 * Inputs], []));
    }

    [Fact]
    public void Of_models_of_tokens()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, Tokens, Inputs, Units));
        model.Initialize(1);
        using SequenceSession session = model.CreateSession();
        session.Run([1, 2], []);
        byte[] before = Snapshot(session);
        Refusals refusals = new(() => Snapshot(session), before);
        refusals.Wrong<ArgumentOutOfRangeException>("expected 0 to 3", () => session.Step(-1, new float[Tokens]));
        refusals.Wrong<ArgumentOutOfRangeException>("expected 0 to 3", () => session.Step(Tokens, new float[Tokens]));
        refusals.Wrong<ArgumentException>("output: expected 4 numbers", () => session.Step(1, new float[Tokens + 1]));
        refusals.Wrong<InvalidOperationException>("takes tokens, not numbers", () => session.Step(new float[Inputs], new float[Tokens]));
        refusals.Wrong<InvalidOperationException>("takes tokens, not numbers", () => session.Run(new float[Inputs], new float[Tokens]));
        refusals.Wrong<ArgumentOutOfRangeException>("tokens[2]: expected 0 to 3", () => session.Run([1, 2, Tokens], []));
        refusals.Wrong<ArgumentException>("outputs: expected 8 numbers", () => session.Run([1, 2], new float[Tokens]));
        Wrong(refusals, session, cell: Units);

        session.Dispose();
        Disposed(session, before);
        Assert.Throws<ObjectDisposedException>(() => session.Step(1, new float[Tokens]));
        Assert.Throws<ObjectDisposedException>(() => session.Run([1, 2], []));
    }

    [Fact]
    public void Of_models_of_numbers()
    {
        using var model = new SequenceModel(new() { Recurrent = new() { InputSize = Inputs, HiddenSizes = [Units] }, Outputs = Tokens });
        model.Initialize(1);
        using SequenceSession session = model.CreateSession();
        session.Run(Numbers.Of(1, Inputs), []);
        byte[] before = Snapshot(session);
        Refusals refusals = new(() => Snapshot(session), before);
        refusals.Wrong<InvalidOperationException>("takes numbers, not tokens", () => session.Step(1, new float[Tokens]));
        refusals.Wrong<InvalidOperationException>("takes numbers, not tokens", () => session.Run([1, 2], new float[2 * Tokens]));
        refusals.Wrong<ArgumentException>("input: expected 3 numbers", () => session.Step(new float[Inputs + 1], new float[Tokens]));
        refusals.Wrong<ArgumentException>("output: expected 4 numbers", () => session.Step(new float[Inputs], new float[Tokens - 1]));
        refusals.Wrong<ArgumentException>("inputs: expected 3 numbers", () => session.Run(new float[Inputs + 2], new float[Tokens]));
        refusals.Wrong<ArgumentException>("outputs: expected 8 numbers", () => session.Run(new float[2 * Inputs], new float[Tokens]));
        Wrong(refusals, session, cell: Units);

        session.Dispose();
        Disposed(session, before);
        Assert.Throws<ObjectDisposedException>(() => session.Step(new float[Inputs], new float[Tokens]));
        Assert.Throws<ObjectDisposedException>(() => session.Run(new float[Inputs], new float[Tokens]));
    }

    [Fact]
    public void Of_many_sessions_of_layers()
    {
        using Recurrent layers = Layers(Units), wider = Layers(Units + 1);
        using RecurrentSession a = layers.CreateSession(), b = layers.CreateSession(), other = wider.CreateSession(), gone = layers.CreateSession();
        using var batch = new RecurrentSessionBatch(layers.Freeze(), 2);
        batch.StepMany([a, b], Numbers.Of(1, 2 * Inputs), []);
        gone.Dispose();
        Refusals refusals = new(() => [.. Snapshot(a), .. Snapshot(b)], [.. Snapshot(a), .. Snapshot(b)]);
        refusals.Wrong<ArgumentException>("x: expected 6 numbers", () => batch.StepMany([a, b], new float[Inputs], []));
        refusals.Wrong<ArgumentException>("y: expected 10 numbers", () => batch.StepMany([a, b], new float[2 * Inputs], new float[Units]));
        refusals.Wrong<ArgumentException>("each session once", () => batch.StepMany([a, a], new float[2 * Inputs], []));
        refusals.Wrong<ArgumentException>("at most 2", () => batch.StepMany([a, b, other], new float[3 * Inputs], []));
        refusals.Wrong<ArgumentException>("expected those of layers like", () => batch.StepMany([a, other], new float[2 * Inputs], []));
        refusals.Wrong<ObjectDisposedException>("", () => batch.StepMany([a, gone], new float[2 * Inputs], []));
        batch.Dispose();
        refusals.Wrong<ObjectDisposedException>("", () => batch.StepMany([a, b], new float[2 * Inputs], []));
    }

    [Fact]
    public void Of_many_sessions_of_models()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, Tokens, Inputs, Units));
        using var wider = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, Tokens + 1, Inputs, Units));
        using SequenceSession a = model.CreateSession(), b = model.CreateSession(), other = wider.CreateSession(), gone = model.CreateSession();
        using var batch = new SequenceSessionBatch(model.Freeze(), 2);
        batch.StepMany([a, b], [1, 2], []);
        gone.Dispose();
        Refusals refusals = new(() => [.. Snapshot(a), .. Snapshot(b)], [.. Snapshot(a), .. Snapshot(b)]);
        refusals.Wrong<InvalidOperationException>("takes tokens, not numbers", () => batch.StepMany([a, b], new float[2 * Inputs], []));
        refusals.Wrong<ArgumentOutOfRangeException>("tokens[1]: expected 0 to 3", () => batch.StepMany([a, b], [1, Tokens], []));
        refusals.Wrong<ArgumentException>("tokens: expected 2 numbers", () => batch.StepMany([a, b], [1], []));
        refusals.Wrong<ArgumentException>("outputs: expected 8 numbers", () => batch.StepMany([a, b], [1, 2], new float[Tokens]));
        refusals.Wrong<ArgumentException>("each session once", () => batch.StepMany([a, a], [1, 2], []));
        refusals.Wrong<ArgumentException>("at most 2", () => batch.StepMany([a, b, other], [1, 2, 3], []));
        refusals.Wrong<ArgumentException>("weights: expected those of 4 tokens", () => batch.StepMany([a, other], [1, 2], []));
        refusals.Wrong<ObjectDisposedException>("", () => batch.StepMany([a, gone], [1, 2], []));
        batch.Dispose();
        refusals.Wrong<ObjectDisposedException>("", () => batch.StepMany([a, b], [1, 2], []));
    }

    [Theory]
    [InlineData("audio")]
    [InlineData("tokens")]
    [InlineData("convolution")]
    public void Of_imported_models(string name)
    {
        ImportedModel model = AssembledModels.Create(name, Isa.Best);
        using ImportedSession session = model.CreateSession(), other = model.CreateSession();
        float[] x = new float[AssembledModels.Inputs], y = new float[model.OutputSize];
        Step(session);
        Refusals refusals = new(() => State(session), State(session));
        if (model.TakesTokens)
        {
            refusals.Wrong<ArgumentOutOfRangeException>("expected 0 to 10", () => session.Step(AssembledModels.Tokens, y));
            refusals.Wrong<ArgumentOutOfRangeException>("expected 0 to 10", () => session.Step(-1, y));
            refusals.Wrong<ArgumentException>("y: expected", () => session.Step(1, new float[y.Length + 1]));
            refusals.Wrong<InvalidOperationException>("takes tokens, not numbers", () => session.Step(x, y));
        }
        else
        {
            refusals.Wrong<ArgumentException>("x: expected 3 numbers", () => session.Step(new float[x.Length + 1], y));
            refusals.Wrong<ArgumentException>("y: expected", () => session.Step(x, new float[y.Length + 1]));
            refusals.Wrong<InvalidOperationException>("takes numbers, not tokens", () => session.Step(1, y));
        }

        refusals.Wrong<ArgumentException>("state: expected", () => session.CopyStateFrom(new float[session.StateSize + 1]));
        refusals.Wrong<ArgumentException>("state: expected", () => session.CopyStateTo(new float[session.StateSize - 1]));
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Step(other));
        Assert.Throws<ObjectDisposedException>(other.Reset);
        Assert.Throws<ObjectDisposedException>(() => other.CopyStateFrom(new float[other.StateSize]));
        model.Dispose();
        refusals.Wrong<ObjectDisposedException>("", () => Step(session));

        void Step(ImportedSession one)
        {
            if (model.TakesTokens)
            {
                one.Step(1, y);
            }
            else
            {
                one.Step(x, y);
            }
        }
    }

    /// <summary>What all streams refuse.</summary>
    private static void Wrong(Refusals refusals, StreamSession session, int cell)
    {
        refusals.Wrong<ArgumentException>("hidden: expected 5 numbers", () => session.CopyStateFrom(new float[Units + 1], new float[cell]));
        refusals.Wrong<ArgumentException>("hidden: expected 5 numbers", () => session.CopyStateTo(new float[Units - 1], new float[cell]));
        refusals.Wrong<ArgumentException>($"cell: expected {cell} numbers", () => session.CopyStateFrom(Numbers.Of(1, Units), new float[cell + 1]));
        refusals.Wrong<ArgumentException>($"cell: expected {cell} numbers", () => session.CopyStateTo(new float[Units], new float[cell + 1]));
        refusals.Wrong<ArgumentException>("snapshot: expected", () => session.WriteSnapshot(new byte[session.SnapshotSize - 1]));
        refusals.Wrong<ArgumentException>("snapshot: expected", () => session.ReadSnapshot(new byte[session.SnapshotSize + 1]));
        refusals.Wrong<ArgumentException>("to begin with \"SRS1\"", () => session.ReadSnapshot(new byte[session.SnapshotSize]));
    }

    /// <summary>What all streams refuse once they are disposed.</summary>
    private static void Disposed(StreamSession session, byte[] snapshot)
    {
        Assert.Throws<ObjectDisposedException>(session.Reset);
        Assert.Throws<ObjectDisposedException>(session.Prewarm);
        Assert.Throws<ObjectDisposedException>(() => session.CopyStateTo(new float[session.HiddenStateSize], []));
        Assert.Throws<ObjectDisposedException>(() => session.CopyStateFrom(new float[session.HiddenStateSize], []));
        Assert.Throws<ObjectDisposedException>(() => session.WriteSnapshot(new byte[session.SnapshotSize]));
        Assert.Throws<ObjectDisposedException>(() => session.ReadSnapshot(snapshot));
    }

    private static Recurrent Layers(int units)
    {
        var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Gru, InputSize = Inputs, HiddenSizes = [units] });
        layers.Initialize(2);
        return layers;
    }

    private static byte[] Snapshot(StreamSession session)
    {
        byte[] snapshot = new byte[session.SnapshotSize];
        session.WriteSnapshot(snapshot);
        return snapshot;
    }

    private static byte[] State(ImportedSession session)
    {
        float[] state = new float[session.StateSize];
        session.CopyStateTo(state);
        return [.. state.SelectMany(BitConverter.GetBytes)];
    }

    /// <summary>Calls that must fail, with a state that must stay.</summary>
    private sealed class Refusals(Func<byte[]> state, byte[] before)
    {
        public void Wrong<TException>(string message, Action call) where TException : Exception
        {
            Exception found = Assert.ThrowsAny<TException>(call);
            Assert.Contains(message, found.Message, StringComparison.Ordinal);
            Assert.Equal(before, state());
        }
    }
}
