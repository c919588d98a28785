using System.Diagnostics;
using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>One model from training to report: its files are written as it goes, and whatever happens to it.</summary>
/// <typeparam name="TReport">What is told about it at the end.</typeparam>
internal abstract class Trial<TReport>(Fit fit, RunFiles files, string name) : IDisposable where TReport : class
{
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(60);
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public Fit Fit => fit;

    public RunFiles Files => files;

    /// <summary>What tables and messages call it.</summary>
    public string Name => name;

    /// <summary>Why the files could not be written, if so; the training itself is not disturbed by it.</summary>
    public Exception? NotSaved { get; private set; }

    /// <summary>What its files say about the run, as JSON.</summary>
    protected abstract string Run { get; }

    /// <summary>What to try after a divergence.</summary>
    protected abstract string Advice { get; }

    /// <summary>Trains, measures, writes.</summary>
    /// <returns>Null if it was interrupted; the checkpoint is written then, unless <see cref="NotSaved"/> says why not.</returns>
    /// <exception cref="ToolException">The training diverged; the best weights are on disk.</exception>
    public TReport? Perform(Action<TrainingProgress> report, CancellationToken stop)
    {
        long before = fit.State.Iteration, saved = Stopwatch.GetTimestamp();
        double secondsBefore = fit.State.Seconds;
        TrainingEnd end;
        try
        {
            end = fit.Run(
                progress =>
                {
                    report(progress);
                    if (Stopwatch.GetElapsedTime(saved) >= BetweenSaves)
                    {
                        Save(None);
                        saved = Stopwatch.GetTimestamp();
                    }
                },
                stop);
        }
        catch (TrainingDivergedException error)
        {
            throw Diverged(error);
        }

        if (end == TrainingEnd.Interrupted)
        {
            Save(None);
            return null;
        }

        double stepsPerSecond = (fit.State.Iteration - before) / Math.Max(1e-9, fit.State.Seconds - secondsBefore);
        report(fit.Progress(stepsPerSecond) with { Part = 1, SecondsLeft = 0 });
        fit.Best.Swap();
        TReport result;
        try
        {
            result = Measure(end, stepsPerSecond * fit.Training.UnitsPerStep);
        }
        finally
        {
            fit.Best.Swap();
        }

        Save(Figures(result));
        return result;
    }

    public void Dispose() => fit.Dispose();

    /// <summary>Measures the model, which has its best weights.</summary>
    protected abstract TReport Measure(TrainingEnd end, double unitsPerSecond);

    /// <summary>What the model's file shall say about the result.</summary>
    protected abstract IReadOnlyDictionary<string, string> Figures(TReport report);

    /// <summary>What the model's file always says.</summary>
    protected virtual IReadOnlyDictionary<string, string> Notes => None;

    /// <summary>Why it ended, in words.</summary>
    protected static string Words(TrainingEnd end) => end switch
    {
        TrainingEnd.Complete => "all iterations done",
        TrainingEnd.TimeUp => "time budget spent",
        _ => "ended early, the validation part got no better",
    };

    private void Save(IReadOnlyDictionary<string, string> figures)
    {
        NotSaved = null;
        try
        {
            files.SaveModel(fit, Run, WithNotes(figures));
            files.SaveCheckpoint(fit, Run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotSaved = error;
        }
    }

    private ToolException Diverged(TrainingDivergedException error)
    {
        try
        {
            files.SaveModel(fit, Run, WithNotes(None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new ToolException($"{name}: {error.Message} The weights are lost too: {failure.Message}", error);
        }

        string which = fit.Best.Figure is null ? "The last good weights" : $"The best weights, of iteration {fit.Best.Iteration:N0},";
        return new ToolException($"{name}: {error.Message} {which} are in {files.Model}. {Advice}", error);
    }

    private Dictionary<string, string> WithNotes(IReadOnlyDictionary<string, string> figures)
    {
        var all = new Dictionary<string, string>(Notes);
        foreach ((string key, string value) in figures)
        {
            all[key] = value;
        }

        return all;
    }
}
