using System.Diagnostics;
using System.Globalization;
using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Training;

/// <summary>One model from training to report: its files are written as it goes, and whatever happens to it.</summary>
internal sealed class Trial(TrainingRun run, RunFiles files, SavedText text, Prompt prompt, WritingSettings writing)
{
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(60);

    public TrainingRun Run => run;

    public RunFiles Files => files;

    public string Name => CellNames.NameOf(run.Settings.Cell);

    /// <summary>Why the files could not be written, if so; the training itself is not disturbed by it.</summary>
    public Exception? NotSaved { get; private set; }

    /// <summary>Trains, measures, writes.</summary>
    /// <returns>Null if it was interrupted; the checkpoint is written then, unless <see cref="NotSaved"/> says why not.</returns>
    /// <exception cref="ToolException">The training diverged; the best weights are on disk.</exception>
    public ModelReport? Perform(Action<TrainingProgress> report, CancellationToken stop)
    {
        long before = run.State.Iteration, saved = Stopwatch.GetTimestamp();
        double secondsBefore = run.State.Seconds;
        TrainingEnd end;
        TrainingProgress last = default;
        try
        {
            end = run.Run(
                progress =>
                {
                    report(last = progress);
                    if (Stopwatch.GetElapsedTime(saved) >= BetweenSaves)
                    {
                        Save(new Dictionary<string, string>());
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
            Save(new Dictionary<string, string>());
            return null;
        }

        report(last with { Part = 1, SecondsLeft = 0 });
        double perSecond = (run.State.Iteration - before) * (long)run.Settings.Steps * run.Settings.Batch / Math.Max(1e-9, run.State.Seconds - secondsBefore);
        return Measure(end, perSecond);
    }

    private ModelReport Measure(TrainingEnd end, double charactersPerSecond)
    {
        run.Best.Swap();
        Task<double?> training = Task.Run(() => run.BitsPerCharacter(run.Corpus.Sample));
        double? heldOut;
        using (var evaluator = new SequenceEvaluator(run.Model))
        {
            heldOut = run.Corpus.HeldOut.Length < 2 ? null : evaluator.Evaluate(run.Corpus.HeldOut).Mean / Math.Log(2);
        }

        var report = new ModelReport
        {
            Name = Name,
            Cell = CellNames.IdOf(run.Settings.Cell),
            Parameters = run.Model.Weights.Layout.Count,
            Iterations = run.State.Iteration,
            BestIteration = run.Best.Iteration,
            Ended = Words(end),
            TrainingLoss = run.State.Loss,
            TrainingBits = training.Result,
            ValidationBits = double.IsFinite(run.Best.Bits!.Value) ? run.Best.Bits : null,
            HeldOutBits = heldOut,
            Seconds = run.State.Seconds,
            CharactersPerSecond = charactersPerSecond,
            MicrosecondsPerCharacter = new CharacterWriter(run.Model, run.Corpus.Vocabulary).MedianMicroseconds(),
            Written = Written(),
            ModelFile = files.Model,
            Checkpoint = files.Checkpoint,
        };
        run.Best.Swap();
        Save(Figures(report));
        return report;
    }

    private string Written()
    {
        var written = new StringBuilder(prompt.Text);
        new CharacterWriter(run.Model, run.Corpus.Vocabulary).Write(prompt.Text, writing, symbol => written.Append(symbol), CancellationToken.None);
        return written.ToString();
    }

    private void Save(IReadOnlyDictionary<string, string> figures)
    {
        NotSaved = null;
        try
        {
            files.SaveModel(run, text, WithPrompt(figures));
            files.SaveCheckpoint(run, text);
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
            files.SaveModel(run, text, WithPrompt(new Dictionary<string, string>()));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new ToolException($"{Name}: {error.Message} The weights are lost too: {failure.Message}", error);
        }

        string which = run.Best.Bits is null ? "The last good weights" : $"The best weights, of iteration {run.Best.Iteration:N0},";
        return new ToolException(
            $"{Name}: {error.Message} {which} are in {files.Model}. Try a lower --learning-rate than {run.Settings.LearningRate}"
            + (run.Settings.Clip > 0 ? "." : ", or --clip 1."), error);
    }

    private Dictionary<string, string> WithPrompt(IReadOnlyDictionary<string, string> figures) => new(figures) { ["prompt"] = prompt.Text };

    private static Dictionary<string, string> Figures(ModelReport report)
    {
        var figures = new Dictionary<string, string>();
        Add("training_bits", report.TrainingBits);
        Add("held_out_bits", report.HeldOutBits);
        Add("training_seconds", Math.Round(report.Seconds, 2));
        return figures;

        void Add(string key, double? value)
        {
            if (value is { } number)
            {
                figures[key] = number.ToString("R", CultureInfo.InvariantCulture);
            }
        }
    }

    private static string Words(TrainingEnd end) => end switch
    {
        TrainingEnd.Complete => "all iterations done",
        TrainingEnd.TimeUp => "time budget spent",
        _ => "ended early, the validation part got no better",
    };
}
