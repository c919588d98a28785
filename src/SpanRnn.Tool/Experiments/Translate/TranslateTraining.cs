using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>The training of a translator: every pair once in each epoch, looked at by the validation part's loss.</summary>
internal sealed class TranslateTraining : ITraining
{
    private static readonly Measure Loss = new("validationLoss", "validation loss", "nats per word", HigherIsBetter: false) { Digits = 3 };

    private readonly (int[] Source, int[] Target)[] _pairs, _validation;
    private readonly TranslateSettings _settings;
    private readonly EpochOrder _order;
    private readonly PairBatch _batch;
    private readonly EncoderDecoderTrainer _trainer;

    /// <summary>Takes the memory and draws the first weights.</summary>
    public TranslateTraining(TranslationData data, TranslateSettings settings, Contender contender)
    {
        (_settings, Languages) = (settings, data.Languages);
        (_pairs, _validation) = (Encoded(data.Training), Encoded(data.Validation));
        _order = new EpochOrder(_pairs.Length, settings.Batch, contender.Seed);
        _batch = new PairBatch(settings.SourceSteps, settings.TargetSteps, settings.Batch);
        Model = new EncoderDecoder(settings.Model(contender.Cell, contender.Bidirectional, Languages.English.Count, Languages.French.Count));
        Model.Initialize(contender.Seed, RecurrentInitializers.PyTorch, Initializer.Normal(0.1f));
        _trainer = new EncoderDecoderTrainer(Model, new TrainerOptions
        {
            Steps = settings.TargetSteps,
            SourceSteps = settings.SourceSteps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip,
            Seed = contender.Seed,
        })
        {
            ClassLoss = new SoftmaxCrossEntropy(labelSmoothing: settings.Smoothing),
        };
    }

    public EncoderDecoder Model { get; }

    public Languages Languages { get; }

    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    public ParameterSet Weights => Model.Weights;

    public Measure Measure => Loss;

    public string Unit => "pairs";

    public double UnitsPerStep => _pairs.Length / (double)_order.BatchesPerEpoch;

    public string Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public void Pack() => Model.Pack();

    public double Step(double part)
    {
        _batch.Set(_pairs, _order.Next());
        _trainer.Options.Optimizer.LearningRate = _settings.LearningRate * (0.02 + 0.98 * (1 + Math.Cos(Math.PI * Math.Clamp(part, 0, 1))) / 2);
        return _trainer.Step(_batch.Source, _batch.Target, _batch.Count, _batch.SourceLengths, _batch.TargetLengths);
    }

    public double? Look()
    {
        LossResult sum = default;
        for (int start = 0; start < _validation.Length; start += _settings.Batch)
        {
            _batch.Set(_validation, [.. Enumerable.Range(start, Math.Min(_settings.Batch, _validation.Length - start))]);
            sum += _trainer.Evaluate(_batch.Source, _batch.Target, _batch.Count, _batch.SourceLengths, _batch.TargetLengths);
        }

        return sum.Mean;
    }

    public void SaveModel(string path, IReadOnlyDictionary<string, string> metadata) =>
        EncoderDecoderFile.Save(path, Model, Languages.Notes.Concat(metadata).ToDictionary());

    public IReadOnlyDictionary<string, string> LoadModel(string path)
    {
        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(path);
        SameShape.Copy(path, loaded.Model.Weights, Weights);
        Pack();
        return loaded.Metadata;
    }

    public void SaveCheckpoint(string path, IReadOnlyDictionary<string, string> metadata) =>
        Checkpoint.Save(path, _trainer, Languages.Notes.Concat(metadata).ToDictionary());

    public IReadOnlyDictionary<string, string> RestoreCheckpoint(string path) => Checkpoint.Restore(path, _trainer);

    public void Dispose()
    {
        _trainer.Dispose();
        Model.Dispose();
    }

    private (int[], int[])[] Encoded(IReadOnlyList<SentencePair> pairs) =>
        [.. pairs.SelectMany(pair => pair.Targets.Select(target => (Languages.English.Encode(pair.Source), Languages.Target(target))))];
}
