using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.CodeFacts;

/// <summary>Training steps of few and of many sequences: forward, backward and Adam.</summary>
internal static class Sequences
{
    private const int Steps = 3, Inputs = 5, Classes = 7;

    public static void Run(CellKind cell)
    {
        foreach (int batch in (ReadOnlySpan<int>)[1, 24])
        {
            using var model = new SequenceModel(new SequenceModelOptions
            {
                Recurrent = new() { Cell = cell, InputSize = Inputs, HiddenSizes = [48, 80] },
                Outputs = Classes,
            });
            model.Initialize(1);
            using var trainer = new Trainer(model, new TrainerOptions { Steps = Steps, Batch = batch, Optimizer = new Adam() });
            trainer.Step(new float[Steps * batch * Inputs], new int[Steps * batch], batch);
        }
    }
}
