using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Commands;

/// <summary>The model's sizes and how it is trained. What is not given depends on the text's size.</summary>
internal sealed class TrainingArguments
{
    private const int Largest = 65_536;

    public Option<int?> Hidden { get; } = Value.Whole("--hidden", "Units of each recurrent layer.", 1, Largest);

    public Option<int?> Layers { get; } = Value.Whole("--layers", "Recurrent layers.", 1, 64);

    public Option<int?> Embedding { get; } = Value.Whole("--embedding", "Numbers for each character.", 1, Largest);

    public Option<int?> Batch { get; } = Value.Whole("--batch", "Sequences of a batch.", 1, Largest);

    public Option<int?> Steps { get; } = Value.Whole("--steps", "Characters of a sequence.", 1, Largest);

    public Option<long?> Iterations { get; } = Value.Whole("--iterations", "Batches to train on.", 1L, 1_000_000_000_000);

    public Option<double?> Seconds { get; } = Value.Number("--seconds", "A time budget for each model.", 0.001, 1e9);

    public Option<double?> LearningRate { get; } = Value.Number("--learning-rate", "Adam's; it falls to a twentieth (0.005).", 0, 1000);

    public Option<double?> WeightDecay { get; } = Value.Number("--weight-decay", "As AdamW's.", 0, 1000);

    public Option<double?> Clip { get; } = Value.Number("--clip", "The largest norm of the gradients; 0: not clipped.", 0, 1e9);

    public Option<double?> Dropout { get; } = Value.Number("--dropout", "The part of the numbers between two layers that is dropped.", 0, 1, isOpen: true);

    public Option<ulong?> Seed { get; } = Value.Whole("--seed", "The same seed gives the same bits (1).", 0UL, ulong.MaxValue);

    /// <summary>The options that decide what a model becomes, but for how long it is trained.</summary>
    public Option[] Shape => [Hidden, Layers, Embedding, Batch, Steps, LearningRate, WeightDecay, Clip, Dropout, Seed];

    /// <summary>How long it is trained.</summary>
    public Option[] Budget => [Iterations, Seconds];

    /// <summary>T, known before the text is read.</summary>
    public int StepsOf(ParseResult line) => line.GetValue(Steps) ?? DefaultSettings.Steps;

    /// <summary>The settings of one model on a text of so many characters.</summary>
    public TrainingSettings Settings(ParseResult line, CellKind cell, int characters)
    {
        TrainingSettings usual = DefaultSettings.For(cell, characters);
        return Budgeted(line, usual with
        {
            Hidden = line.GetValue(Hidden) ?? usual.Hidden,
            Layers = line.GetValue(Layers) ?? usual.Layers,
            Embedding = line.GetValue(Embedding) ?? usual.Embedding,
            Batch = line.GetValue(Batch) ?? usual.Batch,
            Steps = StepsOf(line),
            LearningRate = line.GetValue(LearningRate) ?? usual.LearningRate,
            WeightDecay = line.GetValue(WeightDecay) ?? usual.WeightDecay,
            Clip = line.GetValue(Clip) ?? usual.Clip,
            Dropout = line.GetValue(Dropout) ?? usual.Dropout,
            Seed = line.GetValue(Seed) ?? usual.Seed,
        });
    }

    /// <summary>The settings with the iterations and seconds that were asked for. Seconds without iterations: as many as fit.</summary>
    public TrainingSettings Budgeted(ParseResult line, TrainingSettings settings)
    {
        double? seconds = line.GetValue(Seconds);
        long? iterations = line.GetValue(Iterations);
        return settings with
        {
            Iterations = iterations ?? (seconds is null ? settings.Iterations : long.MaxValue),
            Seconds = seconds ?? (iterations is null ? settings.Seconds : null),
        };
    }
}
