using System.Diagnostics;
using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>The loop of every training, from the first batch to the best weights. It knows no console and no files.</summary>
/// <param name="training">What is trained; disposed with this.</param>
/// <param name="settings">For how long.</param>
internal sealed class Fit(ITraining training, FitSettings settings) : IDisposable
{
    public ITraining Training => training;

    public FitSettings Settings => settings;

    /// <summary>The weights that the looks found best.</summary>
    public BestWeights Best { get; } = new(training);

    /// <summary>Where the training is.</summary>
    public TrainingState State { get; private set; } = TrainingState.Start;

    /// <summary>What has to be kept besides weights, moments and the trainer's own state.</summary>
    public TrainingState Snapshot() => State with { Position = training.Position };

    /// <summary>Goes on from a snapshot; weights, moments and the trainer's state are set by who read them.</summary>
    public void Restore(TrainingState snapshot) => (State, training.Position) = (snapshot, snapshot.Position);

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

            State = State.After(training.Step(Part));
            if (State.Iteration % settings.EvaluateEvery == 0)
            {
                Look();
            }

            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            State = State with { Seconds = secondsBefore + seconds };
            report(Progress((State.Iteration - first) / seconds));
        }
    }

    /// <summary>How far it is, at so many updates a second.</summary>
    public TrainingProgress Progress(double iterationsPerSecond)
    {
        double left = (settings.Iterations - State.Iteration) / iterationsPerSecond;
        return new TrainingProgress
        {
            Iteration = State.Iteration,
            Iterations = settings.Iterations,
            Part = Math.Min(1, Part),
            Loss = State.Loss,
            Validation = State.Validation,
            Measure = training.Measure,
            PerSecond = iterationsPerSecond * training.UnitsPerStep,
            Unit = training.Unit,
            Seconds = State.Seconds,
            SecondsLeft = Math.Max(0, Math.Min(left, (settings.Seconds ?? double.PositiveInfinity) - State.Seconds)),
        };
    }

    public void Dispose() => training.Dispose();

    private double Part => Math.Max(State.Iteration / (double)settings.Iterations, settings.Seconds is { } limit ? State.Seconds / limit : 0);

    private TrainingEnd? EndOf(CancellationToken stop) =>
        State.Iteration >= settings.Iterations ? TrainingEnd.Complete
        : State.LooksWithoutGain >= settings.Patience ? TrainingEnd.NoLongerBetter
        : settings.Seconds is { } limit && State.Seconds >= limit ? TrainingEnd.TimeUp
        : stop.IsCancellationRequested ? TrainingEnd.Interrupted
        : null;

    /// <summary>Measures the validation part and keeps the weights if they are the best so far, or if there is nothing to judge by.</summary>
    private void Look()
    {
        double? figure = training.Look();
        bool isBetter = figure is not { } found || Best.Figure is not { } best || double.IsNaN(best) || training.Measure.IsBetter(found, best);
        if (isBetter)
        {
            Best.Keep(figure ?? double.NaN, State.Iteration);
        }

        State = State with
        {
            EvaluatedAt = State.Iteration,
            Validation = figure,
            LooksWithoutGain = isBetter ? 0 : State.LooksWithoutGain + 1,
        };
    }
}
