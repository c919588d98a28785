using System.Globalization;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Formats;

/// <summary>A trainer as strings of the metadata: its settings, which are compared, and its state, which is restored.</summary>
internal static class CheckpointText
{
    public const string Step = Names.Prefix + "step", LearningRate = Names.Prefix + "learning_rate",
        WeightDecay = Names.Prefix + "weight_decay", Dropout = Names.Prefix + "dropout_stream",
        Sampling = Names.Prefix + "sampling_stream";

    private const int Words = 4;

    /// <summary>What a trainer must have been built with to go on from a file.</summary>
    public static IEnumerable<(string Key, string Value)> Settings(ModelTrainer trainer)
    {
        TrainerOptions options = trainer.Options;
        yield return (Names.Prefix + "optimizer", options.Optimizer.ToString());
        yield return (Names.Prefix + "schedule", options.Schedule?.ToString() ?? "none");
        yield return (Names.Prefix + "max_gradient_norm", options.MaxGradientNorm is { } norm ? Text(norm) : "none");
        yield return (Names.Prefix + "max_gradient_value", options.MaxGradientValue is { } value ? Text(value) : "none");
        yield return (Names.Prefix + "accumulated_batches", options.AccumulatedBatches.ToString(CultureInfo.InvariantCulture));
        yield return (Names.Prefix + "carried_sequences", (options.CarriesState ? options.Batch : 0).ToString(CultureInfo.InvariantCulture));
        yield return (Names.Prefix + "class_loss", trainer.ClassLoss.ToString());
        yield return (Names.Prefix + "number_loss", trainer.NumberLoss.ToString());
        if (trainer is EncoderDecoderTrainer)
        {
            yield return (Names.Prefix + "teacher_forcing", options.TeacherForcing?.ToString() ?? "none");
        }
    }

    /// <summary>Where a trainer is.</summary>
    public static IEnumerable<(string Key, string Value)> State(ModelTrainer trainer)
    {
        yield return (Step, trainer.StepCount.ToString(CultureInfo.InvariantCulture));
        yield return (LearningRate, Text(trainer.Options.Optimizer.LearningRate));
        yield return (WeightDecay, Text(trainer.Options.Optimizer.WeightDecay));
        yield return (Dropout, Text(trainer.Dropout.State));
        if (trainer is EncoderDecoderTrainer)
        {
            yield return (Sampling, Text(trainer.Sampling.State));
        }
    }

    public static RandomState ReadStream(MetadataReader metadata, string key)
    {
        string text = metadata.Text(key);
        string[] parts = text.Split('-');
        Span<ulong> words = stackalloc ulong[Words];
        bool isRead = parts.Length == Words;
        for (int i = 0; i < Words && isRead; i++)
        {
            isRead = parts[i].Length == 16
                && ulong.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]);
        }

        return isRead && words.ContainsAnyExcept(0UL)
            ? new RandomState(words[0], words[1], words[2], words[3])
            : throw metadata.Wrong(key, text, "four words of 16 hexadecimal digits, not all 0");
    }

    private static string Text(RandomState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{state.A:x16}-{state.B:x16}-{state.C:x16}-{state.D:x16}");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);
}
