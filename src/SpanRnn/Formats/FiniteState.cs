using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Formats;

/// <summary>A diverged training must not replace a good checkpoint by one that cannot be restored.</summary>
internal static class FiniteState
{
    /// <exception cref="TrainingDivergedException">A number of the trainer's is not finite; the message names its tensor.</exception>
    public static void Check(ModelTrainer trainer)
    {
        Check(trainer.TrainedModel.Weights, "", trainer.StepCount);
        foreach ((string name, ParameterSet moment) in trainer.Options.Optimizer.Moments)
        {
            Check(moment, $"{name} of ", trainer.StepCount);
        }

        Check(trainer.Hidden, "The carried hidden state", trainer.StepCount);
        Check(trainer.Cell, "The carried cell state", trainer.StepCount);
    }

    private static void Check(ParameterSet set, string what, long step)
    {
        for (int i = 0; i < set.Layout.Tensors.Count; i++)
        {
            Check(set[i].Memory, $"{what}{set.Layout.Tensors[i].Name}", step);
        }
    }

    private static void Check(ReadOnlySpan<float> numbers, string what, long step)
    {
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number))
            {
                throw new TrainingDivergedException(what, number, step);
            }
        }
    }
}
