using System.Text.Json;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>Models trained one after the other on one text, shown, reported; what <c>compare</c> and <c>train</c> share.</summary>
internal sealed class Session(Screen screen, bool isJson, CancellationToken stop)
{
    /// <summary>Trains and reports.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="models">One for each model.</param>
    /// <param name="open">Makes a model's trial when its turn comes.</param>
    /// <param name="prompt">What the models read first.</param>
    /// <param name="writing">How they write.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">A training diverged, or its files could not be written; what was found out is printed before.</exception>
    public int Run(Corpus corpus, IReadOnlyList<TrainingSettings> models, Func<TrainingSettings, Trial> open, Prompt prompt, WritingSettings writing)
    {
        TextReport text = TextReport.Of(corpus);
        ReportPrinter.Announce(screen, text, models);
        if (prompt.Note is not null)
        {
            screen.Notes.WriteLine(prompt.Note);
            screen.Notes.WriteLine();
        }

        var reports = new List<ModelReport>();
        var failures = new List<string>();
        string? interrupted = null;
        try
        {
            screen.Progress.Show([.. models.Select(model => CellNames.NameOf(model.Cell))], report =>
            {
                for (int i = 0; i < models.Count && interrupted is null && !(i > 0 && stop.IsCancellationRequested); i++)
                {
                    int model = i;
                    Trial trial = Open(open, models[i]);
                    using TrainingRun run = trial.Run;
                    if (trial.Perform(progress => report(model, progress), stop) is { } result)
                    {
                        reports.Add(result);
                    }
                    else
                    {
                        interrupted = Farewell(trial);
                    }

                    if (trial.NotSaved is { } error)
                    {
                        failures.Add($"{trial.Name}: its files could not be written. {error.Message}");
                    }
                }
            });
        }
        finally
        {
            var report = new ComparisonReport { Text = text, Settings = models[0], Prompt = prompt.Text, Writing = writing, Models = reports };
            ReportPrinter.Results(screen, report);
            if (isJson)
            {
                screen.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.ComparisonReport));
            }
        }

        if (failures.Count > 0)
        {
            throw new ToolException(string.Join(Environment.NewLine, failures));
        }

        if (stop.IsCancellationRequested && reports.Count < models.Count)
        {
            screen.Error.WriteLine(interrupted ?? "Stopped before the next model.");
            return ToolApp.Stopped;
        }

        return 0;
    }

    private static Trial Open(Func<TrainingSettings, Trial> open, TrainingSettings model)
    {
        try
        {
            return open(model);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new ToolException($"{CellNames.NameOf(model.Cell)}: {error.Message}", error);
        }
    }

    private static string Farewell(Trial trial)
    {
        TrainingState state = trial.Run.State;
        return $"Stopped {trial.Name} after iteration {state.Iteration:N0}. Where it was is kept in {trial.Files.Checkpoint}; go on with{Environment.NewLine}"
            + $"  {ToolApp.CommandLine} train --resume {Quoted(trial.Files.Checkpoint)}";
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
