using System.Text.Json;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Html;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments;

/// <summary>Trains the contenders of an experiment one after the other, and reports.</summary>
internal sealed class ExperimentSession(Screen screen, bool isJson, CancellationToken stop)
{
    /// <summary>Where the page goes; null: nowhere.</summary>
    public string? Html { get; init; }

    /// <summary>Threads that share each training.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The command line, without the tool.</summary>
    public required string Typed { get; init; }

    /// <summary>Trains, judges, prints the table and, if asked for, the JSON.</summary>
    /// <param name="experiment">What is done.</param>
    /// <param name="contenders">With what.</param>
    /// <param name="folder">Where models and checkpoints go.</param>
    /// <param name="resumes">Whether to go on from the checkpoints that are there.</param>
    /// <param name="goOn">The command line that would.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">A training diverged, or its files could not be written; what was found out is printed before.</exception>
    public int Run(IExperiment experiment, IReadOnlyList<Contender> contenders, string folder, bool resumes, string goOn)
    {
        RunFiles.In(folder, "any").Prepare();
        PageFile? page = Html is null ? null : PageFile.Prepare(Html);
        foreach (string line in experiment.Announcement)
        {
            screen.Notes.WriteLine(line);
        }

        screen.Notes.WriteLine($"Training on {ThreadsArgument.Text(Threads)}.");
        screen.Notes.WriteLine();
        using WorkerTeam? team = ThreadsArgument.TeamOf(Threads);
        var curves = new RecordedProgress(screen.Progress);
        var trials = new Trials<ContenderReport>(screen, curves, stop);
        bool hasSeeds = contenders.Select(contender => contender.Seed).Distinct().Count() > 1;
        string[] names = [.. contenders.Select(contender => hasSeeds ? $"{contender.Name}, seed {contender.Seed}" : contender.Name)];
        try
        {
            trials.Run(names, i => Open(experiment, contenders[i], team, folder, names[i], resumes), _ => goOn);
        }
        finally
        {
            ExperimentReport report = Report(experiment, trials.Reports);
            if (report.Models.Count > 0)
            {
                page?.Write(ExperimentPage.Of(report, experiment.Measures, curves, Typed), screen);
            }
        }

        return trials.End();
    }

    private ContenderTrial Open(IExperiment experiment, Contender contender, WorkerTeam? team, string folder, string name, bool resumes)
    {
        var trial = new ContenderTrial(experiment, contender, experiment.Open(contender, team), RunFiles.In(folder, contender.Id), name);
        try
        {
            if (resumes && trial.Resume() is { } warning)
            {
                screen.Error.WriteLine(warning);
            }

            return trial;
        }
        catch
        {
            trial.Dispose();
            throw;
        }
    }

    private ExperimentReport Report(IExperiment experiment, IReadOnlyList<ContenderReport> models)
    {
        var report = new ExperimentReport
        {
            Experiment = experiment.Id,
            Setting = experiment.Announcement,
            Digest = experiment.Digest,
            Threads = Threads,
            Baselines = experiment.Baselines,
            Models = models,
            Summaries = ContenderSummary.Of(models),
        };
        ExperimentPrinter.Results(screen, report, experiment.Measures);
        if (isJson)
        {
            screen.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.ExperimentReport));
        }

        return report;
    }
}
