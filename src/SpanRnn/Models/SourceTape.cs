using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>The planned memory of a batch of sources: the encoder's tape and packed tokens, or one vector each.</summary>
internal sealed class SourceTape : IDisposable
{
    private readonly EncoderDecoderOptions _options;
    private readonly Slab _memory;
    private readonly int[] _tokens;

    public SourceTape(EncoderDecoder model, int maxSteps, int maxBatch, bool training, WorkerTeam? team = null)
    {
        _options = model.Options;
        Stack = model.Encoder is null ? null : new StackTape(model.Encoder, maxSteps, maxBatch, training, team);
        Timeline = Stack?.Timeline ?? new Timeline(1, maxBatch);
        _tokens = new int[_options.SourceVocabulary > 0 ? maxSteps * maxBatch : 0];
        _memory = Slab.Rent(Stack is null ? (long)maxBatch * Block.Pad(_options.VectorSize) : 0);
    }

    /// <summary>Null for a source of one vector.</summary>
    public StackTape? Stack { get; }

    public Timeline Timeline { get; }

    /// <summary>The tokens of the packed rows.</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, Timeline.Rows);

    /// <summary>One row for each sequence, in the user's order.</summary>
    public RowView Vectors => new(ref _memory.Origin, Timeline.Batch, Block.Pad(_options.VectorSize));

    /// <summary>Takes the shape of a batch.</summary>
    public void Begin(EncoderDecoder model, int steps, int batch, ReadOnlySpan<int> lengths)
    {
        Timeline.Set(steps, batch, lengths);
        if (Stack is not null)
        {
            StackStates.Set(model.Encoder!, Stack, StackStates.Part.Hidden, []);
            StackStates.Set(model.Encoder!, Stack, StackStates.Part.Cell, []);
        }
    }

    /// <summary>The context of the user's sequence: its vector, or the last layer's final hidden states, direction after direction.</summary>
    public void CopyContext(int b, Span<float> context)
    {
        if (Stack is null)
        {
            Vectors[b, context.Length].CopyTo(context);
            return;
        }

        RecurrentOptions encoder = _options.Encoder!;
        int size = encoder.StateSize(encoder.HiddenSizes.Count - 1), row = Timeline.FinalState(Timeline.PlaceOf(b));
        for (int d = 0; d < encoder.Directions; d++)
        {
            Rows.Row(ref Stack.Layers[^(encoder.Directions - d)].H, row, Block.Pad(size), size).CopyTo(context[(d * size)..]);
        }
    }

    /// <summary>The gradient of the context is added to that of the final hidden states.</summary>
    public void AddContextGradient(int b, ReadOnlySpan<float> gradient)
    {
        RecurrentOptions encoder = _options.Encoder!;
        int size = encoder.StateSize(encoder.HiddenSizes.Count - 1);
        for (int d = 0; d < encoder.Directions; d++)
        {
            Span<float> dh = Rows.Row(ref Stack!.Layers[^(encoder.Directions - d)].DH, Timeline.PlaceOf(b), Block.Pad(size), size);
            System.Numerics.Tensors.TensorPrimitives.Add(dh, gradient.Slice(d * size, size), dh);
        }
    }

    public void Dispose()
    {
        Stack?.Dispose();
        _memory.Dispose();
    }
}
