using SpanRnn.Tool.Display;
using SpanRnn.Tool.Html;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>An experiment's report as a page.</summary>
internal static class ExperimentPage
{
    public static ReportPage Of(ExperimentReport report, IReadOnlyList<Measure> measures, RecordedProgress curves, string typed)
    {
        ContenderReport[] models = [.. report.Models];
        return ComparedPage.Of(
            $"SpanRnn: {report.Experiment}",
            [.. report.Setting.Where(line => line.Length > 0)],
            measures,
            [
                .. report.Baselines.Select(baseline => new ComparedModel { Name = baseline.Name, Figures = baseline.Figures }),
                .. models.Select((model, i) => new ComparedModel
                {
                    Name = model.Contender.Name,
                    Seed = model.Contender.Seed,
                    Parameters = model.Parameters,
                    Figures = model.Figures,
                    Seconds = model.Seconds,
                    PerSecond = model.PerSecond,
                    Microseconds = model.InferenceMicroseconds,
                    Curve = curves.Curve(i),
                }),
            ],
            models[0].Unit,
            "µs each",
            [.. report.Baselines.Where(baseline => baseline.Source is not null).Select(baseline => $"{baseline.Name}: {baseline.Source}")],
            typed,
            report.Threads);
    }
}
