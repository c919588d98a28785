namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>Forecasts of the next month that need no model, and the error of any forecast.</summary>
internal static class ForecastBaselines
{
    /// <summary>As this month.</summary>
    public static double[] Naive(TimeSeries series) => Of(series, 1, t => series.Values[t - 1]);

    /// <summary>As one period before.</summary>
    public static double[] SeasonalNaive(TimeSeries series) => Of(series, series.Period, t => series.Values[t - series.Period]);

    /// <summary>As this month, changed by the same part as one period before; where that was 0, by the same difference.</summary>
    public static double[] SeasonalChange(TimeSeries series) => Of(series, series.Period + 1, t =>
    {
        double[] y = series.Values;
        double before = y[t - series.Period - 1], then = y[t - series.Period];
        return before > 0 ? y[t - 1] * then / before : y[t - 1] + then - before;
    });

    /// <summary>Root of the mean squared error over the months from <paramref name="first"/> to before <paramref name="end"/> that have a forecast.</summary>
    public static double Rmse(TimeSeries series, double[] forecasts, int first, int end)
    {
        double sum = 0;
        int count = 0;
        for (int t = first; t < end; t++)
        {
            if (!double.IsNaN(forecasts[t]))
            {
                double off = forecasts[t] - series.Values[t];
                sum += off * off;
                count++;
            }
        }

        return Math.Sqrt(sum / count);
    }

    private static double[] Of(TimeSeries series, int first, Func<int, double> forecast) =>
        [.. Enumerable.Range(0, series.Values.Length).Select(t => t < first ? double.NaN : forecast(t))];
}
