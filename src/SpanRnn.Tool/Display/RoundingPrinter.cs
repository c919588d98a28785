using System.Globalization;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>A model's figures with weights of every format, side by side.</summary>
internal static class RoundingPrinter
{
    public static void Print(RoundingReport report, Measure measure, TextWriter output)
    {
        output.WriteLine($"{report.Model}, {Figures.Whole(report.Parameters)} parameters, on {report.Data}:");
        output.WriteLine();
        Row("weights", figures => figures.Weights);
        Row("bytes of weights", figures => Figures.Whole(figures.WeightBytes));
        Row("bytes of a file", figures => Figures.Whole(figures.FileBytes));
        Row(measure.Name, figures => measure.Text(figures.Figure));
        Row("  worse by", figures => measure.Text(Shown(figures.Worse, measure)));
        Row("largest difference of an output", figures => Number(figures.LargestDifference));
        Row("mean difference", figures => Number(figures.MeanDifference));
        Row("another likeliest answer", figures => $"{Figures.Whole(figures.OtherAnswers)}");
        Row($"  of {Figures.Whole(report.Count)} {report.Unit}", figures => $"{Figures.Two(100.0 * figures.OtherAnswers / report.Count)} %");

        void Row(string name, Func<RoundedFigures, string> figure) =>
            output.WriteLine($"{name,-32}{string.Concat(report.Formats.Select(figures => $"{figure(figures),14}"))}");
    }

    /// <summary>What is shown as zero has no sign.</summary>
    private static double Shown(double value, Measure measure)
    {
        double digits = Math.Pow(10, measure.Digits) * measure.Factor;
        return Math.Abs(value * digits) < 0.5 ? 0 : value;
    }

    private static string Number(double value) => value == 0 ? "0" : value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
