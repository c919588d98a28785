using System.Globalization;
using System.Runtime.InteropServices;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Html;

/// <summary>Models side by side as a page: a table, bars and learning curves.</summary>
internal static class ComparedPage
{
    /// <summary>The page.</summary>
    /// <param name="title">What was compared.</param>
    /// <param name="lead">The data, in a few sentences.</param>
    /// <param name="measures">The figures of quality, the main one first.</param>
    /// <param name="models">Baselines first.</param>
    /// <param name="unit">What speed counts: "characters".</param>
    /// <param name="each">What inference times are of: "µs each".</param>
    /// <param name="notes">How it was done.</param>
    /// <param name="typed">The command line, without the tool.</param>
    /// <param name="threads">That shared each training.</param>
    public static ReportPage Of(
        string title, IReadOnlyList<string> lead, IReadOnlyList<Measure> measures, IReadOnlyList<ComparedModel> models, string unit, string each,
        IReadOnlyList<string> notes, string typed, int threads)
    {
        ComparedModel[] trained = [.. models.Where(model => model.Seed is not null)];
        bool hasSeeds = trained.Select(model => model.Seed).Distinct().Count() > 1;
        string[] names = [.. trained.Select(model => model.Name).Distinct()];
        return new ReportPage
        {
            Title = title,
            Lead = lead,
            Heading = ["", "seed", "parameters", .. measures.Select(measure => measure.Name), "training s", $"{unit}/s", each],
            Rows = Rows(measures, models, trained),
            Bars =
            [
                .. measures.Select(measure => Bars(measure.Name, measure.HigherIsBetter ? "more is better" : "less is better", models,
                    model => model.Figures.TryGetValue(measure.Id, out double figure) ? figure : null, figure => measure.Text(figure))),
                Bars("parameters", "", trained, model => model.Parameters, Figures.Whole),
                Bars("training", "seconds", trained, model => model.Seconds, Figures.One),
                Bars("inference", each, trained, model => model.Microseconds, Figures.One),
            ],
            Curves =
            [
                new LineChart("Training loss by update", "updates", Lines(point => point.Iteration, point => point.Loss)),
                new LineChart("Training loss by time", "seconds", Lines(point => point.Seconds, point => point.Loss)),
                .. trained.SelectMany(model => model.Curve).FirstOrDefault(point => point.Validation is not null) is { Measure: { } looked }
                    ? [new LineChart($"Validation: {Called(looked)}", "updates", Lines(point => point.Iteration, point => point.Validation * looked.Factor, isChanged: true))]
                    : (LineChart[])[],
            ],
            Notes = [.. notes, $"Command: {typed}", Machine(threads)],
        };

        IReadOnlyList<Series> Lines(Func<TrainingProgress, double?> x, Func<TrainingProgress, double?> y, bool isChanged = false) =>
        [
            .. trained.Select(model => new Series(
                hasSeeds ? $"{model.Name}, seed {model.Seed}" : model.Name,
                Array.IndexOf(names, model.Name),
                [.. Changed(model.Curve, isChanged).Where(point => x(point) is not null && y(point) is not null).Select(point => (x(point)!.Value, y(point)!.Value))])),
        ];

        BarChart Bars(string name, string note, IReadOnlyList<ComparedModel> of, Func<ComparedModel, double?> figure, Func<double, string> text) => new(name, note,
        [
            .. of.GroupBy(model => model.Name).Where(group => group.Any(model => figure(model) is not null)).Select(group =>
            {
                double mean = group.Where(model => figure(model) is not null).Average(model => figure(model)!.Value);
                int color = Array.IndexOf(names, group.Key);
                return (group.Key, color < 0 ? Series.Colors - 1 : color, mean, text(mean));
            }),
        ]);
    }

    private static string Called(Measure measure) => measure.Unit.Length == 0 ? measure.Name : $"{measure.Name}, {measure.Unit}";

    /// <summary>The points where the validation part was looked at anew.</summary>
    private static IEnumerable<TrainingProgress> Changed(IReadOnlyList<TrainingProgress> curve, bool isChanged)
    {
        double? last = null;
        foreach (TrainingProgress point in curve)
        {
            if (!isChanged || point.Validation != last)
            {
                last = point.Validation;
                yield return point;
            }
        }
    }

    private static IReadOnlyList<IReadOnlyList<(string Text, bool IsBest)>> Rows(IReadOnlyList<Measure> measures, IReadOnlyList<ComparedModel> models, ComparedModel[] trained)
    {
        bool isOne = trained.Length < 2;
        return
        [
            .. models.Select(model => (IReadOnlyList<(string, bool)>)
            [
                (model.Name, false),
                ($"{model.Seed}", false),
                (model.Parameters is { } parameters ? Figures.Whole(parameters) : "", false),
                .. measures.Select(measure => model.Figures.TryGetValue(measure.Id, out double figure) ? (measure.Text(figure), IsBest(measure, figure)) : ("-", false)),
                (model.Seconds is { } seconds ? Figures.One(seconds) : "", !isOne && model.Seconds is { } s && s <= trained.Min(other => other.Seconds)),
                (model.PerSecond is { } speed ? Figures.Whole(speed) : "", false),
                (model.Microseconds is { } time ? Figures.One(time) : "", !isOne && model.Microseconds is { } t && t <= trained.Min(other => other.Microseconds)),
            ]),
        ];

        bool IsBest(Measure measure, double figure) =>
            double.IsFinite(figure) && !models.Any(other => other.Figures.TryGetValue(measure.Id, out double theirs) && measure.IsBetter(theirs, figure));
    }

    private static string Machine(int threads) => string.Create(CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors; training on {ThreadsArgument.Text(threads)}.");
}
