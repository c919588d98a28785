using System.Globalization;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>One contender from training to report.</summary>
internal sealed class ContenderTrial(IExperiment experiment, Contender contender, Fit fit, RunFiles files, string name)
    : Trial<ContenderReport>(fit, files, name)
{
    protected override string Run => Saved.ToString();

    protected override string Advice => "Another --seed may do.";

    private SavedContender Saved => new()
    {
        Experiment = experiment.Id,
        Contender = contender,
        Digest = experiment.Digest,
        State = Fit.Snapshot(),
    };

    /// <summary>Goes on where the checkpoint of the same contender was left, if there is one.</summary>
    /// <returns>Null; or, if the best weights so far are lost, a sentence about it.</returns>
    /// <exception cref="ToolException">The checkpoint is of other settings or other data.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Resume()
    {
        if (!File.Exists(Files.Checkpoint))
        {
            return null;
        }

        SavedContender saved = SavedContender.Of(Files.Checkpoint, Fit.Training.RestoreCheckpoint(Files.Checkpoint));
        if (saved.Experiment != experiment.Id || saved.Contender != contender)
        {
            throw new ToolException(
                $"{Files.Checkpoint}: a resumed training keeps its settings: expected {experiment.Id}, {contender}, found {saved.Experiment}, {saved.Contender}.");
        }

        if (saved.Digest != experiment.Digest)
        {
            throw new ToolException($"{Files.Checkpoint}: is of other data: expected {experiment.Digest}, found {saved.Digest}.");
        }

        Fit.Restore(saved.State);
        bool found = saved.State.EvaluatedAt == 0
            || Files.TryRestoreBest(Fit, json => SavedContender.Of(Files.Model, new Dictionary<string, string> { [RunFiles.Run] = json }).IsSameRun(saved));
        return found ? null : $"{Files.Model}: the best weights so far are not there; the best from here on will be kept.";
    }

    protected override ContenderReport Measure(TrainingEnd end, double unitsPerSecond)
    {
        Judgement judgement = experiment.Judge(contender, Fit.Training);
        return new ContenderReport
        {
            Contender = contender,
            Parameters = Fit.Training.Weights.Layout.Count,
            Iterations = Fit.State.Iteration,
            BestIteration = Fit.Best.Iteration,
            Ended = Words(end),
            TrainingLoss = Fit.State.Loss,
            Validation = Fit.Best.Figure is { } figure && double.IsFinite(figure) ? figure : null,
            Figures = judgement.Figures,
            Seconds = Fit.State.Seconds,
            PerSecond = unitsPerSecond > 0 ? unitsPerSecond : Fit.State.Iteration * Fit.Training.UnitsPerStep / Math.Max(1e-9, Fit.State.Seconds),
            Unit = Fit.Training.Unit,
            InferenceMicroseconds = judgement.InferenceMicroseconds,
            ModelFile = Files.Model,
            Checkpoint = Files.Checkpoint,
            Details = judgement.Details,
            Drawings = judgement.Drawings,
        };
    }

    protected override IReadOnlyDictionary<string, string> Figures(ContenderReport report)
    {
        var figures = report.Figures.ToDictionary(figure => $"test_{figure.Key}", figure => figure.Value.ToString("R", CultureInfo.InvariantCulture));
        figures["training_seconds"] = Math.Round(report.Seconds, 2).ToString("R", CultureInfo.InvariantCulture);
        return figures;
    }
}
