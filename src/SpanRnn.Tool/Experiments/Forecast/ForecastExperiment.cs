using System.Diagnostics;
using System.Text.Json.Nodes;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>The next month of a series, walked forward through its last third.</summary>
/// <param name="series">By name.</param>
/// <param name="isHeldOut">Whether the last quarter of the training months stands in for the test months.</param>
/// <param name="settings">By contender.</param>
internal sealed class ForecastExperiment(IReadOnlyList<TimeSeries> series, bool isHeldOut, Func<Contender, ForecastSettings> settings) : IExperiment
{
    private const int PlottedMonths = 96;

    private static readonly Measure Training = Measure.Rmse("trainRmse", "train RMSE"), Test = Measure.Rmse("testRmse", "test RMSE");

    public string Id => "forecast";

    public string Digest { get; } = DataDigest.Of(
        $"held out {isHeldOut}",
        series.Select(one => $"{one.Name} {one.Period} {one.TrainingCount} {string.Join(' ', one.Values.Select(value => BitConverter.DoubleToInt64Bits(value)))}"));

    public IReadOnlyList<string> Announcement =>
    [
        .. series.Select(one =>
            $"{one.Name}: {Figures.Whole(one.Values.Length)} months from {one.Months[0]} to {one.Months[^1]}; learnt from up to {one.Months[one.TrainingCount - 1]}, "
            + $"forecast one month ahead from {one.Months[one.TrainingCount]} on with all months before known; period {one.Period}."),
        isHeldOut ? "These test months are the last of the training months: the true ones are not looked at." : "Errors are in the data's units; weights stay as they are after training.",
    ];

    public IReadOnlyList<Measure> Measures => [Test, Training];

    public IReadOnlyList<BaselineReport> Baselines =>
    [
        .. series.SelectMany(one => (IEnumerable<BaselineReport>)
        [
            Baseline(one, "as the month before", ForecastBaselines.Naive(one)),
            Baseline(one, "as a period before", ForecastBaselines.SeasonalNaive(one)),
            Baseline(one, "changing as a period before", ForecastBaselines.SeasonalChange(one)),
        ]),
        .. isHeldOut || series.All(one => one.Name != "airline") ? (IEnumerable<BaselineReport>)[] :
        [
            new BaselineReport("airline: published (LSTM)", new Dictionary<string, double> { [Training.Id] = 22.93, [Test.Id] = 47.53 })
            {
                Source = "a tutorial's figure for 4 units, look-back 1, 100 epochs",
            },
        ],
    ];

    public Fit Open(Contender contender, WorkerTeam? team = null)
    {
        ForecastTraining training = ForecastTraining.Begin(SeriesOf(contender), contender, settings(contender), team);
        return new Fit(training, new FitSettings { Iterations = training.Iterations, EvaluateEvery = training.Iterations });
    }

    public Judgement Judge(Contender contender, ITraining training)
    {
        var of = (ForecastTraining)training;
        TimeSeries one = of.Series;
        long begun = Stopwatch.GetTimestamp();
        double[] forecasts = of.Forecasts();
        double each = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / forecasts.Count(double.IsFinite);
        int first = Math.Max(one.TrainingCount, one.Values.Length - PlottedMonths);
        return new Judgement(Errors(one, forecasts), each)
        {
            Details = new JsonObject
            {
                ["months"] = new JsonArray([.. one.Months.Skip(one.TrainingCount).Select(month => (JsonNode)month)]),
                ["truth"] = new JsonArray([.. one.Values.Skip(one.TrainingCount).Select(value => (JsonNode)value)]),
                ["forecast"] = new JsonArray([.. forecasts.Skip(one.TrainingCount).Select(value => (JsonNode)Math.Round(value, 3))]),
            },
            Drawings =
            [
                new Spectre.Console.Text(SeriesPlot.Of(
                    [.. one.Values.Skip(first)], [.. forecasts.Skip(first)], one.Months[first], one.Months[^1])),
            ],
        };
    }

    private TimeSeries SeriesOf(Contender contender) => series.First(one => contender.Id.StartsWith(one.Name, StringComparison.Ordinal));

    private static BaselineReport Baseline(TimeSeries one, string name, double[] forecasts) => new($"{one.Name}: {name}", Errors(one, forecasts));

    private static Dictionary<string, double> Errors(TimeSeries one, double[] forecasts) => new()
    {
        [Test.Id] = ForecastBaselines.Rmse(one, forecasts, one.TrainingCount, one.Values.Length),
        [Training.Id] = ForecastBaselines.Rmse(one, forecasts, 1, one.TrainingCount),
    };
}
