using System.Globalization;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>A number for each month; the first two thirds are learnt from, the last third is forecast.</summary>
/// <param name="Name">"airline".</param>
/// <param name="Months">"1949-01", ...</param>
/// <param name="Values">One for each month.</param>
/// <param name="Period">Months after which it about repeats itself.</param>
/// <param name="TrainingCount">Months to learn from; those after them are forecast.</param>
internal sealed record TimeSeries(string Name, IReadOnlyList<string> Months, double[] Values, int Period, int TrainingCount)
{
    /// <summary>All but the last so many training months: those stand in for the test months.</summary>
    public TimeSeries HoldOut(int months) => this with
    {
        Months = [.. Months.Take(TrainingCount)],
        Values = Values[..TrainingCount],
        TrainingCount = TrainingCount - months,
    };

    /// <summary>Reads a CSV file: a line of headings, then a quoted or bare month and a number in each line.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="path">The file.</param>
    /// <param name="period">Months after which it about repeats itself.</param>
    /// <param name="first">Only so many months; null: all.</param>
    /// <exception cref="ToolException">A line is something else, or there are too few.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TimeSeries Read(string name, string path, int period, int? first = null)
    {
        var months = new List<string>();
        var values = new List<double>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (number == 1 || string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string[] cells = line.Split(',');
            if (cells.Length != 2 || !double.TryParse(cells[1].Trim().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new ToolException($"{path}: line {number}: expected a month and a number with a comma between them, found '{(line.Length > 60 ? line[..60] : line)}'.");
            }

            if (months.Count == first)
            {
                break;
            }

            months.Add(cells[0].Trim().Trim('"'));
            values.Add(value);
        }

        int training = months.Count * 2 / 3, needed = 2 * period + 2;
        return training >= needed
            ? new TimeSeries(name, months, [.. values], period, training)
            : throw new ToolException($"{path}: expected at least {needed * 3 / 2} months, for a period of {period}, found {months.Count}.");
    }
}
