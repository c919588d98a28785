using System.Text;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>Two series over each other, drawn with characters: a column for each month.</summary>
internal static class SeriesPlot
{
    private const int Height = 14;

    /// <summary>Lines of text: o is the truth, + the forecast, * both.</summary>
    public static string Of(double[] truth, double[] forecast, string from, string to)
    {
        double[] all = [.. truth.Concat(forecast).Where(double.IsFinite)];
        double low = all.Min(), high = Math.Max(all.Max(), low + 1e-9);
        int margin = Math.Max(Figures.Whole(low).Length, Figures.Whole(high).Length);
        var text = new StringBuilder();
        for (int row = 0; row < Height; row++)
        {
            string label = row == 0 ? Figures.Whole(high) : row == Height - 1 ? Figures.Whole(low) : "";
            var line = new StringBuilder($"{label.PadLeft(margin)} |");
            for (int t = 0; t < truth.Length; t++)
            {
                bool isTruth = RowOf(truth[t]) == row, isForecast = double.IsFinite(forecast[t]) && RowOf(forecast[t]) == row;
                line.Append(isTruth && isForecast ? '*' : isTruth ? 'o' : isForecast ? '+' : ' ');
            }

            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.Append($"{new string(' ', margin)} {from} to {to}: o truth, + forecast, * both").AppendLine().ToString();

        int RowOf(double value) => (int)Math.Round((high - value) / (high - low) * (Height - 1));
    }
}
