using System.Diagnostics;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Tool.Training;

/// <summary>The training of one model from its first batch to its best weights. It knows no console and no files.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly IBatches _batches;
    private readonly SequenceEvaluator _evaluator;
    private readonly int[] _tokens, _targets;

    /// <summary>Takes the memory and draws the first weights.</summary>
    /// <exception cref="ToolException">The text has too few characters for the sequences and the batch.</exception>
    public TrainingRun(Corpus corpus, TrainingSettings settings)
    {
        (Corpus, Settings) = (corpus, settings);
        _batches = BatchesOf(corpus, settings);
        _tokens = new int[settings.Steps * settings.Batch];
        _targets = new int[settings.Steps * settings.Batch];
        Model = new SequenceModel(settings.Model(corpus.Vocabulary.Count));
        Model.Initialize(settings.Seed);
        Trainer = new Trainer(Model, new TrainerOptions
        {
            Steps = settings.Steps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity, // measured at least: NaN must not pass
            CarriesState = _batches.CarriesState,
            Seed = settings.Seed,
        });
        _evaluator = new SequenceEvaluator(Model);
        Best = new BestWeights(Model);
    }

    public Corpus Corpus { get; }

    public TrainingSettings Settings { get; }

    public SequenceModel Model { get; }

    public Trainer Trainer { get; }

    public BestWeights Best { get; }

    /// <summary>Where the training is.</summary>
    public TrainingState State { get; private set; } = TrainingState.Start;

    /// <summary>What has to be kept besides weights, moments and the trainer's own state.</summary>
    public TrainingState Snapshot() => State with { Position = _batches.Position };

    /// <summary>Goes on from a snapshot; weights, moments and the trainer's state are set by who read them.</summary>
    public void Restore(TrainingState snapshot) => (State, _batches.Position) = (snapshot, snapshot.Position);

    /// <summary>Trains until the end, or until it shall stop; the model then has its last weights, <see cref="Best"/> the best.</summary>
    /// <param name="report">Called after every update.</param>
    /// <param name="stop">Looked at after every update.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite; nothing was changed.</exception>
    public TrainingEnd Run(Action<TrainingProgress> report, CancellationToken stop)
    {
        double secondsBefore = State.Seconds;
        long first = State.Iteration, begun = Stopwatch.GetTimestamp();
        while (true)
        {
            TrainingEnd? end = EndOf(stop);
            if (end is { } reason)
            {
                if (reason != TrainingEnd.Interrupted && State.Iteration > State.EvaluatedAt)
                {
                    Look();
                }

                return reason;
            }

            Step();
            if (State.Iteration % Settings.EvaluateEvery == 0)
            {
                Look();
            }

            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            State = State with { Seconds = secondsBefore + seconds };
            report(Progress((State.Iteration - first) / seconds));
        }
    }

    /// <summary>Bits per character of some text, with the weights the model has now; null if there is nothing to foresee.</summary>
    public double? BitsPerCharacter(ReadOnlySpan<int> tokens) =>
        tokens.Length < 2 ? null : _evaluator.Evaluate(tokens).Mean / Math.Log(2);

    public void Dispose()
    {
        _evaluator.Dispose();
        Trainer.Dispose();
        Model.Dispose();
    }

    private double Part => Math.Max(State.Iteration / (double)Settings.Iterations, Settings.Seconds is { } limit ? State.Seconds / limit : 0);

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

    private TrainingEnd? EndOf(CancellationToken stop) =>
        State.Iteration >= Settings.Iterations ? TrainingEnd.Complete
        : State.LooksWithoutGain >= Settings.Patience ? TrainingEnd.NoLongerBetter
        : Settings.Seconds is { } limit && State.Seconds >= limit ? TrainingEnd.TimeUp
        : stop.IsCancellationRequested ? TrainingEnd.Interrupted
        : null;

    private void Step()
    {
        _batches.Next(_tokens, _targets, Trainer);
        Trainer.Options.Optimizer.LearningRate = Settings.LearningRateAt(Part);
        State = State.After(Trainer.Step(_tokens, _targets, Settings.Batch));
    }

    /// <summary>Measures the validation part and keeps the weights if they are the best so far, or if there is nothing to judge by.</summary>
    private void Look()
    {
        double? bits = BitsPerCharacter(Corpus.Validation);
        bool isBetter = bits is null || Best.Bits is null || bits < Best.Bits;
        if (isBetter)
        {
            Best.Keep(bits ?? double.NaN, State.Iteration);
        }

        State = State with
        {
            EvaluatedAt = State.Iteration,
            ValidationBits = bits,
            LooksWithoutGain = isBetter ? 0 : State.LooksWithoutGain + 1,
        };
    }

    private TrainingProgress Progress(double iterationsPerSecond)
    {
        double left = (Settings.Iterations - State.Iteration) / iterationsPerSecond;
        return new TrainingProgress(
            State.Iteration, Settings.Iterations, Math.Min(1, Part), State.Loss, State.ValidationBits,
            iterationsPerSecond * _tokens.Length, Math.Max(0, Math.Min(left, (Settings.Seconds ?? double.PositiveInfinity) - State.Seconds)));
    }
}
