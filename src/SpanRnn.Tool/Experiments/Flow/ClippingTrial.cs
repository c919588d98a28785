using SpanRnn.Models;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>Trains with or without clipping until the end, or until it diverges.</summary>
internal static class ClippingTrial
{
    /// <summary>What progress and tables call it.</summary>
    public static string NameOf(double? clip) => clip is { } norm ? FormattableString.Invariant($"clipped to norm {norm}") : "not clipped";

    /// <summary>Trains.</summary>
    /// <returns>Null if it was interrupted.</returns>
    public static ClippingReport? Run(FlowSettings settings, double? clip, Action<TrainingProgress> report, CancellationToken stop, WorkerTeam? team = null)
    {
        ClippingTraining training = ClippingTraining.Begin(settings, clip, team);
        using var fit = new Fit(training, new FitSettings { Iterations = settings.Iterations, EvaluateEvery = settings.Iterations });
        string? diverged = null;
        try
        {
            if (fit.Run(report, stop) == TrainingEnd.Interrupted)
            {
                return null;
            }
        }
        catch (TrainingDivergedException error)
        {
            diverged = error.Message;
        }

        return new ClippingReport
        {
            Name = NameOf(clip),
            Clip = clip,
            Ended = diverged ?? "all iterations done",
            Diverged = diverged is not null,
            Losses = training.Losses,
            NormsBefore = training.NormsBefore,
            NormsAfter = training.NormsAfter,
        };
    }
}
