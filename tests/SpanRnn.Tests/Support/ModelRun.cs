using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tests.Support;

/// <summary>What a model of tokens says.</summary>
internal static class ModelRun
{
    /// <summary>The logits of a batch from zero states, without dropout: [T, B, outputs].</summary>
    public static float[] Logits(SequenceModel model, int[] tokens, int batch = 1)
    {
        int steps = tokens.Length / batch;
        using var tape = new SequenceTape(model, steps, batch, training: false);
        tape.Timeline.Set(steps, batch, []);
        StackStates.Set(model.Stack, tape.Stack, StackStates.Part.Hidden, []);
        StackStates.Set(model.Stack, tape.Stack, StackStates.Part.Cell, []);
        model.SetInput(tape, tokens);
        model.Forward(tape, null);
        var logits = new List<float>();
        for (int row = 0; row < tokens.Length; row++)
        {
            logits.AddRange(tape.Logits[row, model.Options.Outputs]);
        }

        return [.. logits];
    }
}
