using System.Globalization;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Formats;

/// <summary>A trainer as strings of the metadata: its settings, which are compared, and its state, which is restored.</summary>
internal static class CheckpointText
{
    public const string Step = Names.Prefix + "step", LearningRate = Names.Prefix + "learning_rate",
        WeightDecay = Names.Prefix + "weight_decay", Dropout = Names.Prefix + "dropout_stream";

    private const int Words = 4;

    /// <summary>What a trainer must have been built with to go on from a file.</summary>
    public static IEnumerable<(string Key, string Value)> Settings(Trainer trainer)
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
    }

    /// <summary>Where a trainer is.</summary>
    public static IEnumerable<(string Key, string Value)> State(Trainer trainer)
    {
        RandomState dropout = trainer.Dropout.State;
        yield return (Step, trainer.StepCount.ToString(CultureInfo.InvariantCulture));
        yield return (LearningRate, Text(trainer.Options.Optimizer.LearningRate));
        yield return (WeightDecay, Text(trainer.Options.Optimizer.WeightDecay));
        yield return (Dropout, string.Create(CultureInfo.InvariantCulture, $"{dropout.A:x16}-{dropout.B:x16}-{dropout.C:x16}-{dropout.D:x16}"));
    }

    public static RandomState ReadDropout(MetadataReader metadata)
    {
        string text = metadata.Text(Dropout);
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
            : throw metadata.Wrong(Dropout, text, "four words of 16 hexadecimal digits, not all 0");
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);
}
