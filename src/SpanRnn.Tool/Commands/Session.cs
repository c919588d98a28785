using System.Text.Json;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Html;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>Models trained one after the other on one text, shown, reported; what <c>compare</c> and <c>train</c> share.</summary>
internal sealed class Session(Screen screen, bool isJson, CancellationToken stop)
{
    /// <summary>Where the page goes; null: nowhere.</summary>
    public PageFile? Page { get; init; }

    /// <summary>The command line, without the tool.</summary>
    public string Typed { get; init; } = "";

    /// <summary>Threads that share each training.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Trains and reports.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="models">One for each model.</param>
    /// <param name="open">Makes a model's trial when its turn comes.</param>
    /// <param name="prompt">What the models read first.</param>
    /// <param name="writing">How they write.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">A training diverged, or its files could not be written; what was found out is printed before.</exception>
    public int Run(Corpus corpus, IReadOnlyList<TrainingSettings> models, Func<TrainingSettings, TextTrial> open, Prompt prompt, WritingSettings writing)
    {
        TextReport text = TextReport.Of(corpus);
        ReportPrinter.Announce(screen, text, models, Threads);
        if (prompt.Note is not null)
        {
            screen.Notes.WriteLine(prompt.Note);
            screen.Notes.WriteLine();
        }

        var curves = new RecordedProgress(screen.Progress);
        var trials = new Trials<ModelReport>(screen, curves, stop);
        try
        {
            trials.Run(
                [.. models.Select(model => CellNames.NameOf(model.Cell))], i => open(models[i]), trial => $"train --resume {Quoted(trial.Files.Checkpoint)}");
        }
        finally
        {
            var report = new ComparisonReport { Text = text, Settings = models[0], Threads = Threads, Prompt = prompt.Text, Writing = writing, Models = trials.Reports };
            ReportPrinter.Results(screen, report);
            if (isJson)
            {
                screen.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.ComparisonReport));
            }

            if (report.Models.Count > 0)
            {
                Page?.Write(ComparisonPage.Of(report, curves, Typed), screen);
            }
        }

        return trials.End();
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
