using System.Numerics.Tensors;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <content>The derivative.</content>
public sealed partial class EncoderDecoder
{
    /// <summary>
    /// From d loss / d outputs, in the place of the outputs, to the weights' gradients; of the layers that are updated at once they are not kept. What was fed
    /// back counts as given.
    /// </summary>
    internal void Backward(SourceTape source, TargetTape target, ParameterSet gradients, bool accumulate, IWeightUpdate? update = null)
    {
        Timeline timeline = target.Timeline;
        RowView dOutput = target.Stack.DOutput;
        _head.Backward(target.HeadInput, target.Logits, target.DHeadInput, gradients, accumulate, target.Stack.Team, update, target.Near);
        if (Attention is not null)
        {
            Attention.Backward(
                source.Timeline, timeline, source.Stack!.Output, target.Stack.Output, target.Attention!, source.Stack.DOutput, dOutput, gradients, accumulate);
        }

        StackStates.Set(Decoder, target.Stack, StackStates.Part.HiddenGradient, []);
        StackStates.Set(Decoder, target.Stack, StackStates.Part.CellGradient, []);
        RowView dInput = _targetEmbedding is not null || Options.HasContextInput ? target.Stack.DInput : default;
        Decoder.Backward(target.Stack, dOutput, dInput, gradients, accumulate, wantsStates: Options.Uses(ContextUse.InitialState), update);
        _targetEmbedding?.Backward(target.Tokens, target.Stack.DInput, gradients, accumulate, target.Stack.Team);

        RowView dContext = target.DContext;
        Rows.Row(ref dContext.Origin, 0, 0, dContext.Count * dContext.Stride).Clear();
        if (Options.HasContextInput)
        {
            AddContextInput(target, dContext);
        }

        if (Bridge is not null)
        {
            RowView states = target.Bridge, dStates = target.DBridge, dOfBridge = target.DContextOfBridge;
            MoveBridge(target, dStates, StackStates.Part.HiddenGradient, StackStates.Part.CellGradient, toStates: false);
            var tanh = new TanhBackward { Y = ref states.Origin, Gradient = ref dStates.Origin, Length = (nint)dStates.Count * dStates.Stride };
            Isa.Run(ref tanh);
            Bridge.Backward(target.Context, dStates, dOfBridge, gradients, accumulate, update: update);
            Rows.Add(ref dOfBridge.Origin, dOfBridge.Stride, dOfBridge.Count, ref dContext.Origin, dContext.Stride, dContext.Stride);
        }

        if (source.Stack is not null)
        {
            EncoderBackward(source, target, gradients, accumulate, update);
        }
    }

    /// <summary>The context's part of the input's gradient, summed over the steps that read it, in their order.</summary>
    private void AddContextInput(TargetTape target, RowView dContext)
    {
        Timeline timeline = target.Timeline;
        RowView dx = target.Stack.DInput;
        int size = Options.ContextSize, start = Options.FeedbackSize;
        int steps = Options.Uses(ContextUse.EveryStep) ? timeline.Longest : Math.Min(1, timeline.Longest);
        for (int t = 0; t < steps; t++)
        {
            for (int place = 0; place < timeline.Active(t); place++)
            {
                Span<float> sum = dContext[place, size];
                TensorPrimitives.Add(sum, dx[timeline.Offset(t) + place, start + size][start..], sum);
            }
        }
    }

    private void EncoderBackward(SourceTape source, TargetTape target, ParameterSet gradients, bool accumulate, IWeightUpdate? update)
    {
        StackTape encoder = source.Stack!;
        StackStates.Set(Encoder!, encoder, StackStates.Part.HiddenGradient, []);
        StackStates.Set(Encoder!, encoder, StackStates.Part.CellGradient, []);
        for (int place = 0; place < target.Timeline.Batch; place++)
        {
            int b = target.SourceOf(place), sourcePlace = source.Timeline.PlaceOf(b);
            for (int l = 0; l < Decoder.Layers.Length && _isDirect; l++)
            {
                LayerTape from = target.Stack.Layers[l], to = encoder.Layers[l];
                int hidden = Block.Pad(Decoder.Layers[l].StateSize), cell = Decoder.Layers[l].Shape.HasCellState ? Block.Pad(Decoder.Layers[l].Units) : 0;
                Rows.Row(ref from.DH, place, hidden, hidden).CopyTo(Rows.Row(ref to.DH, sourcePlace, hidden, hidden));
                Rows.Row(ref from.DC, place, cell, cell).CopyTo(Rows.Row(ref to.DC, sourcePlace, cell, cell));
            }

            source.AddContextGradient(b, target.DContext[place, Options.ContextSize]);
        }

        RowView dOutput = Attention is null ? default : encoder.DOutput, dInput = _sourceEmbedding is null ? default : encoder.DInput;
        Encoder!.Backward(encoder, dOutput, dInput, gradients, accumulate, wantsStates: false, update);
        _sourceEmbedding?.Backward(source.Tokens, encoder.DInput, gradients, accumulate, encoder.Team);
    }
}
