using System.Numerics.Tensors;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Rounding;

/// <summary>Steps a model with weights of every format side by side, and compares each output with float32's.</summary>
internal static class RoundingTrial
{
    /// <summary>A figure for each format, float32 first; null if it was stopped.</summary>
    /// <exception cref="ArgumentException">A weight is not finite, as int8 needs it.</exception>
    public static RoundedFigures[]? Run(SequenceModel model, IRoundedTask task, CancellationToken stop)
    {
        WeightFormat[] formats = Enum.GetValues<WeightFormat>();
        FrozenModel[] weights = Array.ConvertAll(formats, model.Freeze);
        IRoundedReader[] readers = Array.ConvertAll(weights, task.Open);
        try
        {
            var sums = new Sums[formats.Length];
            float[] reference = new float[model.Options.Outputs];
            for (int index = 0; index < task.Count; index++)
            {
                if (stop.IsCancellationRequested)
                {
                    return null;
                }

                for (int f = 0; f < formats.Length; f++)
                {
                    ReadOnlySpan<float> outputs = readers[f].Read(index);
                    if (f == 0)
                    {
                        outputs.CopyTo(reference);
                    }

                    sums[f].Add(outputs, reference, task.Judge(index, outputs));
                }
            }

            return [.. formats.Select((format, f) => new RoundedFigures
            {
                Weights = WeightsArgument.NameOf(format),
                WeightBytes = weights[f].WeightBytes,
                FileBytes = FileBytes(model, format),
                Figure = sums[f].Figure / task.Count,
                Worse = (sums[f].Figure - sums[0].Figure) / task.Count * (task.Measure.HigherIsBetter ? -1 : 1),
                LargestDifference = sums[f].Largest,
                MeanDifference = sums[f].Difference / ((double)task.Count * reference.Length),
                OtherAnswers = sums[f].Others,
            })];
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }

    private static long FileBytes(SequenceModel model, WeightFormat format)
    {
        string file = Path.GetTempFileName();
        try
        {
            ModelFile.Save(file, model, weights: format);
            return new FileInfo(file).Length;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private struct Sums
    {
        public double Figure, Difference, Largest;
        public int Others;

        public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> reference, double figure)
        {
            Figure += figure;
            for (int i = 0; i < outputs.Length; i++)
            {
                double difference = Math.Abs((double)outputs[i] - reference[i]);
                Difference += difference;
                Largest = Math.Max(Largest, difference);
            }

            if (TensorPrimitives.IndexOfMax(outputs) != TensorPrimitives.IndexOfMax(reference))
            {
                Others++;
            }
        }
    }
}
