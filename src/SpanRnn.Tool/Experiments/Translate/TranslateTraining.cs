using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>The training of a translator: every pair once in each epoch, looked at by the validation part's loss.</summary>
internal sealed class TranslateTraining : EncoderDecoderTraining
{
    private static readonly Measure Loss = new("validationLoss", "validation loss", "nats per word", HigherIsBetter: false) { Digits = 3 };

    private readonly (int[] Source, int[] Target)[] _pairs, _validation;
    private readonly TranslateSettings _settings;
    private readonly Languages _languages;
    private readonly EpochOrder _order;
    private readonly PairBatch _batch;

    private TranslateTraining(TranslationData data, TranslateSettings settings, ulong seed, EncoderDecoder model, EncoderDecoderTrainer trainer) : base(model, trainer)
    {
        (_settings, _languages) = (settings, data.Languages);
        (_pairs, _validation) = (Encoded(data.Training), Encoded(data.Validation));
        _order = new EpochOrder(_pairs.Length, settings.Batch, seed);
        _batch = new PairBatch(settings.SourceSteps, settings.TargetSteps, settings.Batch);
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    public override Measure Measure => Loss;

    public override string Unit => "pairs";

    public override double UnitsPerStep => _pairs.Length / (double)_order.BatchesPerEpoch;

    public override string Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    protected override IReadOnlyDictionary<string, string> Notes => _languages.Notes;

    /// <summary>Takes the memory and draws the first weights.</summary>
    public static TranslateTraining Begin(TranslationData data, TranslateSettings settings, Contender contender, WorkerTeam? team = null)
    {
        var model = new EncoderDecoder(settings.Model(contender.Cell, contender.Bidirectional, data.Languages.English.Count, data.Languages.French.Count));
        model.Initialize(contender.Seed, RecurrentInitializers.PyTorch, Initializer.Normal(0.1f));
        return new TranslateTraining(data, settings, contender.Seed, model, new EncoderDecoderTrainer(model, new TrainerOptions
        {
            Steps = settings.TargetSteps,
            SourceSteps = settings.SourceSteps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip,
            Seed = contender.Seed,
            Team = team,
        })
        {
            ClassLoss = new SoftmaxCrossEntropy(labelSmoothing: settings.Smoothing),
        });
    }

    public override double Step(double part)
    {
        _batch.Set(_pairs, _order.Next());
        Trainer.Options.Optimizer.LearningRate = _settings.LearningRate * (0.02 + 0.98 * (1 + Math.Cos(Math.PI * Math.Clamp(part, 0, 1))) / 2);
        return Trainer.Step(_batch.Source, _batch.Target, _batch.Count, _batch.SourceLengths, _batch.TargetLengths);
    }

    public override double? Look()
    {
        LossResult sum = default;
        for (int start = 0; start < _validation.Length; start += _settings.Batch)
        {
            _batch.Set(_validation, [.. Enumerable.Range(start, Math.Min(_settings.Batch, _validation.Length - start))]);
            sum += Trainer.Evaluate(_batch.Source, _batch.Target, _batch.Count, _batch.SourceLengths, _batch.TargetLengths);
        }

        return sum.Mean;
    }

    private (int[], int[])[] Encoded(IReadOnlyList<SentencePair> pairs) =>
        [.. pairs.SelectMany(pair => pair.Targets.Select(target => (_languages.English.Encode(pair.Source), _languages.Target(target))))];
}
