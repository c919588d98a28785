using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>A model's weights at one moment, packed for single steps: immutable, shared by any number of sessions and threads.</summary>
/// <remarks>
/// To serve while learning, freeze now and then on the learning thread and hand the result to <see cref="SequenceSession.Use"/>. The memory is
/// the garbage collector's: it lasts as long as a session steps with it, and there is nothing to dispose.
/// </remarks>
public sealed class FrozenModel
{
    private readonly StreamEmbedding? _embedding;
    private readonly StreamDense _head;

    internal FrozenModel(StreamEmbedding? embedding, StreamStack stack, StreamDense head, SequenceModelOptions options)
    {
        (_embedding, Stack, _head) = (embedding, stack, head);
        (Vocabulary, InputSize, OutputSize) = (options.Vocabulary, options.Recurrent.InputSize, options.Outputs);
    }

    /// <summary>How many tokens there are; 0 for a model of numbers.</summary>
    public int Vocabulary { get; }

    /// <summary>Numbers of a step's input, or of a token's row.</summary>
    public int InputSize { get; }

    /// <summary>Numbers a step gives.</summary>
    public int OutputSize { get; }

    /// <summary>Whether inputs are tokens rather than numbers.</summary>
    public bool TakesTokens => _embedding is not null;

    /// <summary>How the weights are kept.</summary>
    public WeightFormat Format => Stack.Format;

    /// <summary>Bytes of all weights, the embedding's included.</summary>
    public long WeightBytes => (_embedding?.Bytes ?? 0) + Stack.Bytes + _head.Bytes;

    internal StreamStack Stack { get; }

    /// <summary>A state of its own, to be stepped with these weights.</summary>
    /// <param name="team">Threads that share the steps of layers and heads large enough to gain by it, with the same bits; null for the caller's alone.</param>
    public SequenceSession CreateSession(WorkerTeam? team = null) => new(this, team);

    /// <summary>The floats of a token: where they lie, or what was written to <paramref name="room"/>.</summary>
    internal ref float Row(int token, ref float room) => ref _embedding!.Row(token, ref room);

    /// <summary>One step of numbers.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Step(StreamState state, ref float x, ref float y) => _head.Step(ref state.Step(Stack, ref x), ref y, state.Team);

    /// <summary>The head over the hidden states of many sessions.</summary>
    internal void HeadOf(ref float h, int stride, ref float y, int yStride, int count) => _head.StepRows(ref h, stride, ref y, yStride, count);

    /// <summary>The parts that a session's first step would meet after its layers: by the caller alone, and with workers that are awake.</summary>
    internal void Prewarm(ref float h, ref float room, ref float y, WorkerTeam? team)
    {
        _embedding?.Row(0, ref room);
        _head.Step(ref h, ref y, team: null);
        team?.Wake();
        _head.Step(ref h, ref y, team);
    }

    internal void CheckTakesNumbers()
    {
        if (TakesTokens)
        {
            ThrowTakesTokens();
        }
    }

    internal void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (!TakesTokens)
        {
            ThrowTakesNumbers();
        }

        EmbeddingLayer.Check(tokens, Vocabulary);
    }

    private static void ThrowTakesTokens() => throw new InvalidOperationException("The model takes tokens, not numbers: it has an embedding.");

    private static void ThrowTakesNumbers() => throw new InvalidOperationException("The model takes numbers, not tokens: it has no embedding.");

    /// <exception cref="ArgumentException">A session of the other cannot go on with this.</exception>
    internal void CheckShape(FrozenModel other)
    {
        FrozenChecks.SameShape(other.Stack, Stack);
        if (other.Vocabulary != Vocabulary || other.OutputSize != OutputSize)
        {
            throw new ArgumentException(
                $"weights: expected those of {other.Vocabulary} tokens and {other.OutputSize} outputs, found {Vocabulary} and {OutputSize}.");
        }
    }
}
