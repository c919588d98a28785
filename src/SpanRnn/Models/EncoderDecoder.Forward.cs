using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <content>Forward: sources in, contexts and initial states, targets in, outputs.</content>
public sealed partial class EncoderDecoder
{
    /// <summary>Reads a batch of sources of tokens.</summary>
    internal void Read(SourceTape tape, ReadOnlySpan<int> source, int batch, ReadOnlySpan<int> lengths, RandomStream? dropout)
    {
        tape.Begin(this, source.Length / Math.Max(1, batch), batch, lengths);
        SetSource(tape, source);
        Encode(tape, dropout);
    }

    /// <summary>Reads a batch of sources of numbers.</summary>
    internal void Read(SourceTape tape, ReadOnlySpan<float> source, int batch, ReadOnlySpan<int> lengths, RandomStream? dropout)
    {
        if (Encoder is null && !lengths.IsEmpty)
        {
            throw new ArgumentException("sourceLengths: expected none, since each source is one vector.", nameof(lengths));
        }

        int size = Options.Encoder?.InputSize ?? Options.VectorSize;
        tape.Begin(this, source.Length / Math.Max(1, batch * size), batch, lengths);
        SetSource(tape, source);
        Encode(tape, dropout);
    }

    private void SetSource(SourceTape tape, ReadOnlySpan<int> tokens)
    {
        EmbeddingLayer embedding = _sourceEmbedding ?? throw new InvalidOperationException("The source is numbers, not tokens: it has no embedding.");
        Checks.Length("source", tokens.Length, (long)tape.Timeline.Steps * tape.Timeline.Batch, $"[S {tape.Timeline.Steps}, B {tape.Timeline.Batch}]");
        embedding.Check(tokens);
        Gather(tape.Timeline, tokens, tape.Tokens);
        embedding.Forward(Weights, tape.Tokens, tape.Stack!.Input, tape.Stack.Team);
    }

    private void SetSource(SourceTape tape, ReadOnlySpan<float> x)
    {
        if (_sourceEmbedding is not null)
        {
            throw new InvalidOperationException("The source is tokens, not numbers: it has an embedding.");
        }

        int size = Options.Encoder?.InputSize ?? Options.VectorSize;
        Timeline timeline = tape.Timeline;
        Checks.Length("source", x.Length, (long)timeline.Steps * timeline.Batch * size, $"[S {timeline.Steps}, B {timeline.Batch}, {size}]");
        RowView rows = tape.Stack is null ? tape.Vectors : tape.Stack.Input;
        for (int row = 0; row < rows.Count; row++)
        {
            x.Slice((tape.Stack is null ? row : timeline.UserRows[row]) * size, size).CopyTo(rows[row, size]);
        }
    }

    private void Encode(SourceTape source, RandomStream? dropout)
    {
        if (source.Stack is not null)
        {
            Encoder!.Forward(source.Stack, dropout);
        }
    }

    /// <summary>From encoded sources to contexts, initial states and what attention looks at. The target's shape is set.</summary>
    internal void Prepare(SourceTape source, TargetTape target)
    {
        RowView context = target.Context;
        for (int place = 0; place < context.Count; place++)
        {
            source.CopyContext(target.SourceOf(place), context[place, Options.ContextSize]);
        }

        StackStates.Set(Decoder, target.Stack, StackStates.Part.Hidden, []);
        StackStates.Set(Decoder, target.Stack, StackStates.Part.Cell, []);
        if (Bridge is not null)
        {
            RowView states = target.Bridge;
            Bridge.Forward(context, states);
            var tanh = new TanhPass { X = ref states.Origin, Length = (nint)states.Count * states.Stride };
            Isa.Run(ref tanh);
            MoveBridge(target, states, StackStates.Part.Hidden, StackStates.Part.Cell, toStates: true);
        }
        else if (_isDirect)
        {
            for (int l = 0; l < Decoder.Layers.Length; l++)
            {
                LayerTape from = source.Stack!.Layers[l], to = target.Stack.Layers[l];
                int hidden = Block.Pad(Decoder.Layers[l].StateSize), cell = Decoder.Layers[l].Shape.HasCellState ? Block.Pad(Decoder.Layers[l].Units) : 0;
                for (int place = 0; place < target.Timeline.Batch; place++)
                {
                    int last = source.Timeline.PlaceOf(target.SourceOf(place));
                    Rows.Row(ref from.H, source.Timeline.FinalState(last), hidden, hidden).CopyTo(Rows.Row(ref to.H, place, hidden, hidden));
                    Rows.Row(ref from.C, from.FinalCell(source.Timeline, last), cell, cell).CopyTo(Rows.Row(ref to.C, place, cell, cell));
                }
            }
        }

        if (Attention is not null)
        {
            Attention.Prepare(source.Timeline, source.Stack!.Output, target.Attention!);
        }
    }

    /// <summary>The tokens that the packed rows read, as the tape holds them.</summary>
    internal void SetInput(TargetTape target) =>
        _targetEmbedding!.Forward(Weights, target.Tokens, target.Stack.Input, target.Stack.Team);

    /// <exception cref="ArgumentOutOfRangeException">A token does not exist.</exception>
    /// <exception cref="InvalidOperationException">No tokens are fed back.</exception>
    internal void CheckTarget(ReadOnlySpan<int> tokens)
    {
        if (_targetEmbedding is null)
        {
            throw new InvalidOperationException("The decoder reads no tokens: it has no embedding of them.");
        }

        _targetEmbedding.Check(tokens);
    }

    /// <summary>From prepared states and what is fed back to the packed rows' outputs.</summary>
    /// <param name="source">Encoded.</param>
    /// <param name="target">Prepared, or advanced by a step; what is fed back is in its input.</param>
    /// <param name="firstStep">Which step of the target the tape's step 0 is.</param>
    /// <param name="dropout">Where masks are drawn from; null for none.</param>
    internal void Decode(SourceTape source, TargetTape target, int firstStep, RandomStream? dropout)
    {
        if (Options.HasContextInput)
        {
            SetContextInput(target, firstStep);
        }

        Decoder.Forward(target.Stack, dropout);
        if (Attention is not null)
        {
            Attention.Forward(source.Timeline, target.AttentionRows, target.Stack.Output, target.Attention!);
        }

        _head.Forward(target.HeadInput, target.Logits, target.Stack.Team, target.Near);
    }

    private static void Gather(Timeline timeline, ReadOnlySpan<int> user, Span<int> packed)
    {
        for (int row = 0; row < packed.Length; row++)
        {
            packed[row] = user[timeline.UserRows[row]];
        }
    }

    /// <summary>The context beside what is fed back.</summary>
    private void SetContextInput(TargetTape target, int firstStep)
    {
        Timeline timeline = target.Timeline;
        RowView x = target.Stack.Input, context = target.Context;
        int size = Options.ContextSize, start = Options.FeedbackSize;
        bool everyStep = Options.Uses(ContextUse.EveryStep);
        for (int t = 0; t < timeline.Longest; t++)
        {
            for (int place = 0; place < timeline.Active(t); place++)
            {
                Span<float> part = x[timeline.Offset(t) + place, start + size][start..];
                if (everyStep || t + firstStep == 0)
                {
                    context[place, size].CopyTo(part);
                }
                else
                {
                    part.Clear();
                }
            }
        }
    }

    /// <summary>Between rows of all states and the layers' tapes: h of every layer, then c.</summary>
    private void MoveBridge(TargetTape target, RowView rows, StackStates.Part hidden, StackStates.Part cell, bool toStates)
    {
        int start = 0;
        foreach (StackStates.Part part in (ReadOnlySpan<StackStates.Part>)[hidden, cell])
        {
            for (int l = 0; l < Decoder.Layers.Length; l++)
            {
                int size = StackStates.SizeOf(Decoder.Layers[l], part), stride = Block.Pad(size);
                for (int place = 0; place < rows.Count && size > 0; place++)
                {
                    Span<float> own = rows[place, start + size][start..], state = Rows.Row(ref StackStates.First(target.Stack.Layers[l], part), place, stride, size);
                    if (toStates)
                    {
                        own.CopyTo(state);
                    }
                    else
                    {
                        state.CopyTo(own);
                    }
                }

                start += size;
            }
        }
    }
}
