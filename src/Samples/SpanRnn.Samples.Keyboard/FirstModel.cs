using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;

namespace SpanRnn.Samples.Keyboard;

/// <summary>What the keyboard knows when it is bought: a character model of a text, trained once.</summary>
internal static class FirstModel
{
    /// <summary>Characters of a window, here and in later learning.</summary>
    public const int Steps = 48;

    private const int Batch = 16, Embedding = 24;

    /// <summary>Draws the weights and trains them on windows from anywhere in the text.</summary>
    /// <param name="text">More than <see cref="Steps"/> tokens.</param>
    /// <param name="tokens">How many there are.</param>
    /// <param name="units">Of the GRU.</param>
    /// <param name="updates">Of the weights.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    /// <param name="stop">Looked at between updates.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SequenceModel Train(int[] text, int tokens, int units, int updates, ulong seed, CancellationToken stop)
    {
        var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, tokens, Embedding, units));
        try
        {
            model.Initialize(seed);
            using var trainer = new Trainer(model, new()
            {
                Steps = Steps,
                Batch = Batch,
                Optimizer = new Adam(),
                Schedule = Schedule.Cosine(0.008, updates, minimum: 0.0005),
                MaxGradientNorm = 1,
            });
            RandomStream order = new RandomStream(seed).Fork("first text");
            int[] inputs = new int[Steps * Batch], targets = new int[Steps * Batch];
            for (int update = 0; update < updates; update++)
            {
                stop.ThrowIfCancellationRequested();
                for (int b = 0; b < Batch; b++)
                {
                    int start = order.NextInt32(text.Length - Steps);
                    for (int t = 0; t < Steps; t++)
                    {
                        (inputs[t * Batch + b], targets[t * Batch + b]) = (text[start + t], text[start + t + 1]);
                    }
                }

                trainer.Step(inputs, targets, Batch);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
