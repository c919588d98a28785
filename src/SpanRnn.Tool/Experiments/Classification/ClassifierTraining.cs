using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>The training of a classifier of texts: every text once in each epoch, looked at by the validation part's accuracy.</summary>
internal sealed class ClassifierTraining : SequenceTraining
{
    private readonly IReadOnlyList<Example> _examples, _validation;
    private readonly ClassifierSettings _settings;
    private readonly EpochOrder _order;
    private readonly RandomStream _drops;
    private readonly Batch _batch;
    private readonly IReadOnlyDictionary<string, string> _notes;
    private readonly int _unknown;

    /// <summary>Takes the memory and draws the first weights.</summary>
    /// <param name="examples">What to learn.</param>
    /// <param name="validation">What decides which weights are kept; empty: the last are.</param>
    /// <param name="texts">What the tokens stand for.</param>
    /// <param name="settings">How.</param>
    /// <param name="team">Threads that share the work; null for one. It is not disposed.</param>
    public ClassifierTraining(
        IReadOnlyList<Example> examples, IReadOnlyList<Example> validation, TextClasses texts, ClassifierSettings settings, WorkerTeam? team = null)
        : this(examples, validation, texts, settings, team, new SequenceModel(settings.Model(texts.Tokens, texts.Classes.Count)))
    {
    }

    private ClassifierTraining(
        IReadOnlyList<Example> examples, IReadOnlyList<Example> validation, TextClasses texts, ClassifierSettings settings, WorkerTeam? team,
        SequenceModel model)
        : base(model, TrainerOf(model, settings, team))
    {
        (_examples, _validation, _settings) = (examples, validation, settings);
        (Vocabulary, _notes, _unknown) = (texts.Characters, texts.Notes, texts.Unknown);
        _order = new EpochOrder(examples.Count, settings.Batch, settings.Seed);
        _drops = new RandomStream(settings.Seed).Fork("tokens");
        _batch = new Batch(settings.Steps, settings.Batch);
        Runner = new ClassifierRunner(model, texts);
    }

    /// <summary>Runs the model as it is now.</summary>
    public ClassifierRunner Runner { get; }

    /// <summary>Updates of the settings' epochs.</summary>
    public long Iterations => Math.Max(1, (long)Math.Ceiling(_settings.Epochs * _order.BatchesPerEpoch));

    public override Vocabulary? Vocabulary { get; }

    public override Measure Measure => Measure.Accuracy;

    public override string Unit => "texts";

    public override double UnitsPerStep => _examples.Count / (double)_order.BatchesPerEpoch;

    public override string Position
    {
        get => $"{RandomPosition.Write(_drops.State)}|{_order.Position}";
        set
        {
            int cut = value.IndexOf('|', StringComparison.Ordinal);
            _drops.State = RandomPosition.Read(value[..cut]);
            _order.Position = value[(cut + 1)..];
        }
    }

    protected override IReadOnlyDictionary<string, string> Notes => _notes;

    /// <summary>The loop for it.</summary>
    public Fit Fit() => new(this, new FitSettings
    {
        Iterations = Iterations,
        EvaluateEvery = Math.Max(1, (long)(_order.BatchesPerEpoch / _settings.LooksPerEpoch)),
    });

    public override double Step(double part)
    {
        _batch.Set(_examples, _order.Next());
        if (_settings.TokenDropout > 0)
        {
            foreach (ref int token in _batch.Tokens)
            {
                token = _drops.NextDouble() < _settings.TokenDropout ? _unknown : token;
            }
        }

        Trainer.Options.Optimizer.LearningRate = _settings.LearningRate * (0.05 + 0.95 * (1 + Math.Cos(Math.PI * Math.Clamp(part, 0, 1))) / 2);
        return Trainer.Step(_batch.Tokens, _batch.Labels, _batch.Count, _batch.Lengths);
    }

    public override double? Look() => _validation.Count == 0 ? null : Runner.Scores(_validation).Accuracy;

    public override void Dispose()
    {
        Runner.Dispose();
        base.Dispose();
    }

    private static Trainer TrainerOf(SequenceModel model, ClassifierSettings settings, WorkerTeam? team)
    {
        model.Initialize(
            settings.Seed, RecurrentInitializers.PyTorch, DenseInitializers.PyTorch(model.Options.Recurrent.OutputSize), Initializer.Normal(settings.EmbeddingDeviation));
        return new Trainer(model, new TrainerOptions
        {
            Steps = settings.Steps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip,
            Seed = settings.Seed,
            Team = team,
        })
        { ClassLoss = new SoftmaxCrossEntropy() };
    }
}
