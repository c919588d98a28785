using System.Globalization;
using System.Text;
using Spectre.Console;

namespace SpanRnn.Tool.Display;

/// <summary>Curves of base-10 logarithms, drawn with a letter each; coloured where the terminal can.</summary>
internal static class LogPlot
{
    private const int Width = 96, Height = 20, Margin = 8;

    /// <summary>What lies outside 10^-30 to 10^30 is not drawn.</summary>
    private const double Limit = 30;

    private static readonly string[] Colors = ["red", "maroon", "fuchsia", "grey", "aqua", "blue", "yellow", "green"];

    /// <summary>The letter of a curve.</summary>
    public static char MarkOf(int curve) => (char)('a' + curve % 26);

    /// <summary>Draws curves of equal length, evenly spread from left to right. Where two meet, the later is seen.</summary>
    /// <param name="curves">Logarithms; what is not finite is not drawn.</param>
    /// <param name="left">Below the first point.</param>
    /// <param name="right">Below the last.</param>
    public static Markup Of(IReadOnlyList<double[]> curves, string left, string right)
    {
        double[] shown = [.. curves.SelectMany(curve => curve).Where(number => Math.Abs(number) <= Limit)];
        double low = Math.Floor(shown.DefaultIfEmpty(0).Min()), high = Math.Max(low + 1, Math.Ceiling(shown.DefaultIfEmpty(1).Max()));
        var grid = new int?[Height, Width];
        for (int curve = 0; curve < curves.Count; curve++)
        {
            for (int column = 0; column < Width; column++)
            {
                double[] numbers = curves[curve];
                double number = numbers[(int)Math.Round((double)column / (Width - 1) * (numbers.Length - 1))];
                if (number >= low && number <= high)
                {
                    grid[(int)Math.Round((high - number) / (high - low) * (Height - 1)), column] = curve;
                }
            }
        }

        return new Markup(Text(grid, low, high, left, right));
    }

    /// <summary>10^x as 1.3e-24, also where a double would be 0 or infinite.</summary>
    public static string Power(double log10)
    {
        if (!double.IsFinite(log10))
        {
            return double.IsNegativeInfinity(log10) ? "0" : log10.ToString(CultureInfo.InvariantCulture);
        }

        double exponent = Math.Floor(log10);
        string digits = Math.Pow(10, log10 - exponent).ToString("F1", CultureInfo.InvariantCulture);
        return digits == "10.0" ? Text("1.0", exponent + 1) : Text(digits, exponent);

        static string Text(string digits, double exponent) => exponent == 0 ? digits : string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent:+0;-0}");
    }

    private static string Text(int?[,] grid, double low, double high, string left, string right)
    {
        var text = new StringBuilder();
        for (int row = 0; row < Height; row++)
        {
            bool hasLabel = row % 4 == 0 || row == Height - 1;
            string label = hasLabel ? string.Create(CultureInfo.InvariantCulture, $"1e{high - (high - low) * row / (Height - 1):+0;-0;0}") : "";
            text.Append(label.PadLeft(Margin - 2)).Append(hasLabel ? " ┤" : " │");
            for (int column = 0; column < Width; column++)
            {
                text.Append(grid[row, column] is { } curve ? $"[{Colors[curve % Colors.Length]}]{MarkOf(curve)}[/]" : " ");
            }

            text.AppendLine();
        }

        text.Append(' ', Margin - 1).Append('└').Append('─', Width).AppendLine();
        return text.Append(' ', Margin).Append(left).Append(' ', Math.Max(1, Width - left.Length - right.Length)).Append(right).AppendLine().ToString();
    }
}
