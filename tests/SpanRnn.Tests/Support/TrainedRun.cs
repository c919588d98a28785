using SpanRnn.Models;
using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>What some steps of training leave: their losses, the weights, what the model says meanwhile and at the end, and how many layers' panels were left behind after each.</summary>
internal sealed record TrainedRun(float[] Losses, float[] Weights, float[] Logits, int[] Behind)
{
    /// <summary>Trains on the same tokens again and again.</summary>
    /// <param name="trainer">Of a model of tokens.</param>
    /// <param name="tokens">Some of them: that many.</param>
    /// <param name="shapes">B and T of each batch.</param>
    /// <param name="behindOf">How many layers' panels are behind.</param>
    /// <param name="predicts">After which updates the model is used, beside the last.</param>
    /// <param name="lengthOf">Steps of sequence b of a batch of T.</param>
    public static TrainedRun Of(
        Trainer trainer, Func<int, int[]> tokens, ReadOnlySpan<(int Batch, int Steps)> shapes, Func<SequenceModel, int> behindOf, Func<int, bool>? predicts = null,
        Func<int, int, int>? lengthOf = null)
    {
        List<float> losses = [], logits = [];
        var behind = new int[shapes.Length];
        int most = trainer.Options.Steps;
        for (int round = 0; round < shapes.Length; round++)
        {
            (int batch, int steps) = shapes[round];
            int[] lengths = [.. Enumerable.Range(0, batch).Select(b => lengthOf?.Invoke(b, steps) ?? steps)];
            losses.Add((float)trainer.Step(tokens(steps * batch), tokens(steps * batch), batch, lengths));
            behind[round] = behindOf(trainer.Model);
            if (predicts?.Invoke(round) == true)
            {
                logits.AddRange(ModelRun.Logits(trainer.Model, tokens(most)));
            }
        }

        logits.AddRange(ModelRun.Logits(trainer.Model, tokens(most)));
        return new TrainedRun([.. losses], [.. trainer.Model.Weights.All], [.. logits], behind);
    }

    /// <summary>This one left nothing behind, and is the same to the bit.</summary>
    public void IsSameAs(TrainedRun found)
    {
        Assert.All(Behind, behind => Assert.Equal(0, behind));
        Bits.Equal("losses", Losses, found.Losses);
        Bits.Equal("weights", Weights, found.Weights);
        Bits.Equal("what is packed", Logits, found.Logits);
    }
}
