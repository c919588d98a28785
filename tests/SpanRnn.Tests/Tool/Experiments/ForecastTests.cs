using System.Globalization;
using System.Text.Json;
using SpanRnn.Tests.Support;
using SpanRnn.Tool;
using SpanRnn.Tool.Experiments.Forecast;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class ForecastTests : IDisposable
{
    private static readonly ForecastSettings Any = new() { Hidden = 4, Steps = 4, Batch = 1, Epochs = 1, LearningRate = 0.01 };

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Baselines_agree_with_the_equations_by_hand()
    {
        var series = new TimeSeries("any", [], [10, 20, 30, 15, 40, 45], Period: 2, TrainingCount: 4);
        Assert.Equal([double.NaN, 10, 20, 30, 15, 40], ForecastBaselines.Naive(series));
        Assert.Equal([double.NaN, double.NaN, 10, 20, 30, 15], ForecastBaselines.SeasonalNaive(series));
        Assert.Equal([double.NaN, double.NaN, double.NaN, 30 * 20 / 10.0, 15 * 30 / 20.0, 40 * 15 / 30.0], ForecastBaselines.SeasonalChange(series));
        Assert.Equal(Math.Sqrt((25 * 25 + 5 * 5) / 2.0), ForecastBaselines.Rmse(series, ForecastBaselines.Naive(series), 4, 6), 1e-12);
        Assert.Equal(Math.Sqrt((10 * 10 + 10 * 10 + 15 * 15) / 3.0), ForecastBaselines.Rmse(series, ForecastBaselines.Naive(series), 0, 4), 1e-12);
    }

    [Fact]
    public void What_is_transformed_comes_back()
    {
        TimeSeries series = Season(60);
        foreach (ForecastSettings settings in Transformations())
        {
            var transformation = new Transformation(series, settings);
            for (int t = transformation.First + 1; t < series.Values.Length; t++)
            {
                Assert.Equal(series.Values[t], transformation.Value(t, transformation.Target(t)), 1e-9);
            }
        }
    }

    [Fact]
    public void Nothing_of_the_months_to_come_is_read_and_nothing_of_the_test_months_is_scaled_by()
    {
        TimeSeries series = Season(60);
        foreach (ForecastSettings settings in Transformations())
        {
            for (int now = series.TrainingCount; now < 59; now++)
            {
                TimeSeries other = series with { Values = [.. series.Values.Select((value, t) => t <= now ? value : 1000 + t)] };
                Transformation known = new(series, settings), unknown = new(other, settings);
                float[] x = new float[known.InputSize], y = new float[known.InputSize];
                known.Input(now, x);
                unknown.Input(now, y);
                Assert.Equal(x, y);
                Assert.Equal(known.Value(now + 1, 0.5), unknown.Value(now + 1, 0.5));
            }
        }
    }

    [Fact]
    public void A_drawn_series_is_forecast_better_than_by_the_month_before_with_a_plot_and_the_published_row()
    {
        Write(Season(96), "airline-passengers.csv");
        Assert.Equal(0, _tool.Run("forecast --data {0} --series airline --out {0}/runs"));
        foreach (string name in (string[])["airline: as the month before", "airline: as a period before", "airline: published (LSTM)", "airline: LSTM as published", "airline: GRU"])
        {
            Assert.Contains(_tool.Output.Split('\n'), line => line.TrimStart().StartsWith($"{name} ", StringComparison.Ordinal));
        }

        Assert.Contains("o truth, + forecast, * both", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("47.53", _tool.Output, StringComparison.Ordinal);

        JsonElement report = _tool.Json("forecast --data {0} --series airline --cells gru --json --out {0}/runs");
        Assert.True(report.Figure("airline-gru-1", "testRmse") < report.Baseline("airline: as the month before", "testRmse"));
        Assert.Equal(32, report.GetProperty("models")[0].GetProperty("details").GetProperty("forecast").GetArrayLength());
    }

    [Fact]
    public void Held_out_months_are_of_the_training_part()
    {
        Write(Season(150), "airline-passengers.csv");
        Assert.Equal(0, _tool.Run("forecast --data {0} --series airline --cells rnn --hold-out --out {0}/runs"));
        Assert.Contains("airline: 100 months from m000 to m099; learnt from up to m074, forecast one month ahead from m075 on", _tool.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("published", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_series_are_refused()
    {
        _tool.Refused("forecast --data {0} --series sunspots", "Sunspots: the data is not there.", "monthly-sunspots.csv");
        _tool.Refused("forecast --series rain", "--series: expected airline, sunspots or both, found 'rain'.");
        string path = _tool.Write("a.csv", "month,value\n1,2\n2;3\n");
        Assert.Contains("line 3: expected a month and a number with a comma between them, found '2;3'.",
            Assert.Throws<ToolException>(() => TimeSeries.Read("a", path, 1)).Message, StringComparison.Ordinal);
        path = _tool.Write("b.csv", "month,value\n1,2\n2,NaN\n");
        Assert.Contains("line 3: ", Assert.Throws<ToolException>(() => TimeSeries.Read("b", path, 1)).Message, StringComparison.Ordinal);
        path = _tool.Write("c.csv", "month,value\n\"1\",2\n2, 3\n\n");
        Assert.Contains("expected at least 6 months, for a period of 1, found 2.",
            Assert.Throws<ToolException>(() => TimeSeries.Read("c", path, 1)).Message, StringComparison.Ordinal);
    }

    [DataFact("timeseries/airline-passengers.csv")]
    public void On_the_airlines_passengers_every_model_beats_the_forecast_by_the_year_before()
    {
        JsonElement report = _tool.Json($"forecast --data {DataFolder.Path("timeseries")} --series airline --json --out {{0}}/runs");
        double seasonal = report.Baseline("airline: as a period before", "testRmse");
        foreach (string cell in (string[])["rnn", "lstm", "gru"])
        {
            Assert.InRange(report.Figure($"airline-{cell}-1", "testRmse"), 0, seasonal);
        }

        Assert.InRange(report.Figure("airline-published-1", "trainRmse"), 20, 26);          // published: 22.93
    }

    [DataFact("timeseries/monthly-sunspots.csv")]
    public void A_part_of_the_sunspots_is_forecast()
    {
        JsonElement report = _tool.Json($"forecast --data {DataFolder.Path("timeseries")} --series sunspots --cells gru --first 900 --epochs 3 --json --out {{0}}/runs");
        Assert.True(report.Figure("sunspots-gru-1", "testRmse") < report.Baseline("sunspots: as a period before", "testRmse"));
    }

    private static IEnumerable<ForecastSettings> Transformations() =>
        from scale in Enum.GetValues<ForecastScale>()
        from guess in Enum.GetValues<Guess>()
        select Any with { Scale = scale, Guess = guess, ReadsSeason = guess != Guess.None, ReadsLevel = true };

    /// <summary>Growing by a part of itself, with a season of 12 months.</summary>
    private static TimeSeries Season(int months) => new(
        "airline",
        [.. Enumerable.Range(0, months).Select(t => $"m{t:000}")],
        [.. Enumerable.Range(0, months).Select(t => Math.Round(100 * Math.Exp(0.01 * t) * (1 + 0.3 * Math.Sin(2 * Math.PI * t / 12)) + t * 37 % 11))],
        Period: 12,
        TrainingCount: months * 2 / 3);

    private void Write(TimeSeries series, string file) => _tool.Write(
        file, "\"Month\",\"Value\"\n" + string.Concat(series.Values.Select((value, t) => string.Create(CultureInfo.InvariantCulture, $"\"{series.Months[t]}\",{value}\n"))));
}
