using SpanRnn.Tool.Display;
using SpanRnn.Tool.Html;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Reports;

/// <summary>The comparison of character models as a page.</summary>
internal static class ComparisonPage
{
    private static readonly Measure HeldOut = new("heldOutBits", "held-out bits per character", "", HigherIsBetter: false);
    private static readonly Measure Learnt = new("trainingBits", "training bits per character", "", HigherIsBetter: false);

    public static ReportPage Of(ComparisonReport report, RecordedProgress curves, string typed)
    {
        TextReport text = report.Text;
        TrainingSettings settings = report.Settings;
        return ComparedPage.Of(
            $"SpanRnn: character models of {text.Name}",
            [
                $"{Figures.Whole(text.Characters)} characters, {Figures.Whole(text.Vocabulary)} different: {Figures.Whole(text.Fitted)} to learn from, "
                    + $"{Figures.Whole(text.Validation)} to decide which weights are kept, {Figures.Whole(text.HeldOut)} held out.",
                $"Embedding {settings.Embedding}, {settings.Layers} x {settings.Hidden} units, dropout {Figures.Two(settings.Dropout)}; batches of {settings.Batch} x {settings.Steps} characters, "
                    + $"AdamW {settings.LearningRate:0.#####}.",
            ],
            [HeldOut, Learnt],
            [
                new ComparedModel { Name = "bigram", Figures = Known((HeldOut, text.BigramHeldOutBits), (Learnt, text.BigramTrainingBits)) },
                .. report.Models.Select((model, i) => new ComparedModel
                {
                    Name = model.Name,
                    Seed = settings.Seed,
                    Parameters = model.Parameters,
                    Figures = Known((HeldOut, model.HeldOutBits), (Learnt, model.TrainingBits)),
                    Seconds = model.Seconds,
                    PerSecond = model.CharactersPerSecond,
                    Microseconds = model.MicrosecondsPerCharacter,
                    Curve = curves.Curve(i),
                }),
            ],
            "characters",
            "µs per character",
            [.. report.Models.Select(model => $"{model.Name} at temperature {Figures.Two(report.Writing.Temperature)}: {model.Written}")],
            typed,
            report.Threads);
    }

    private static Dictionary<string, double> Known(params ReadOnlySpan<(Measure Measure, double? Figure)> figures)
    {
        var known = new Dictionary<string, double>();
        foreach ((Measure measure, double? figure) in figures)
        {
            if (figure is { } number)
            {
                known[measure.Id] = number;
            }
        }

        return known;
    }
}
