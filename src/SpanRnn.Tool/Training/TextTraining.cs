using SpanRnn.Models;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Training;

/// <summary>The training of a character model on a text.</summary>
internal sealed class TextTraining : SequenceTraining
{
    private static readonly Measure Bits = new("validationBits", "validation", "bits", HigherIsBetter: false);

    private readonly IBatches _batches;
    private readonly SequenceEvaluator _evaluator;
    private readonly int[] _tokens, _targets;

    private TextTraining(Corpus corpus, TrainingSettings settings, IBatches batches, SequenceModel model, Trainer trainer) : base(model, trainer)
    {
        (Corpus, Settings, _batches) = (corpus, settings, batches);
        _tokens = new int[settings.Steps * settings.Batch];
        _targets = new int[settings.Steps * settings.Batch];
        _evaluator = new SequenceEvaluator(model, team: trainer.Options.Team);
    }

    public Corpus Corpus { get; }

    public TrainingSettings Settings { get; }

    public override Vocabulary Vocabulary => Corpus.Vocabulary;

    public override Measure Measure => Bits;

    public override string Unit => "characters";

    public override double UnitsPerStep => _tokens.Length;

    public override string Position
    {
        get => _batches.Position;
        set => _batches.Position = value;
    }

    /// <summary>Takes the memory and draws the first weights.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="settings">All that decides what the model becomes.</param>
    /// <param name="team">Threads that share the work; null for one. It is not disposed.</param>
    /// <exception cref="ToolException">The text has too few characters for the sequences and the batch.</exception>
    public static TextTraining Begin(Corpus corpus, TrainingSettings settings, WorkerTeam? team = null)
    {
        IBatches batches = BatchesOf(corpus, settings);
        var model = new SequenceModel(settings.Model(corpus.Vocabulary.Count));
        model.Initialize(settings.Seed);
        return new TextTraining(corpus, settings, batches, model, new Trainer(model, new TrainerOptions
        {
            Steps = settings.Steps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity, // measured at least: NaN must not pass
            CarriesState = batches.CarriesState,
            Seed = settings.Seed,
            Team = team,
        }));
    }

    public override double Step(double part)
    {
        _batches.Next(_tokens, _targets, Trainer);
        Trainer.Options.Optimizer.LearningRate = Settings.LearningRateAt(part);
        return Trainer.Step(_tokens, _targets, Settings.Batch);
    }

    public override double? Look() => BitsPerCharacter(Corpus.Validation);

    /// <summary>Bits per character of some text, with the weights the model has now; null if there is nothing to foresee.</summary>
    public double? BitsPerCharacter(ReadOnlySpan<int> tokens) =>
        tokens.Length < 2 ? null : _evaluator.Evaluate(tokens).Mean / Math.Log(2);

    public override void Dispose()
    {
        _evaluator.Dispose();
        base.Dispose();
    }

    private static IBatches BatchesOf(Corpus corpus, TrainingSettings settings)
    {
        int found = corpus.Fitted.Length;
        long needed = settings.Order == DataOrder.Windows ? settings.Steps + 1 : (long)settings.Steps * settings.Batch + 1;
        if (found < needed)
        {
            throw new ToolException(
                $"{corpus.Source.Name}: expected at least {needed:N0} characters to train on, for sequences of {settings.Steps:N0}"
                + (settings.Order == DataOrder.Streams ? $" in {settings.Batch:N0} streams" : "") + $", found {found:N0}.");
        }

        return settings.Order == DataOrder.Windows
            ? new Windows(corpus.Fitted, settings.Steps, settings.Batch, settings.Seed)
            : new Streams(corpus.Fitted, settings.Steps, settings.Batch);
    }
}
