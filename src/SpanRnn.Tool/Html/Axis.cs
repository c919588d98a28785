using System.Globalization;

namespace SpanRnn.Tool.Html;

/// <summary>A range of numbers with round ones to mark in it.</summary>
internal sealed class Axis
{
    private readonly double _step;

    /// <summary>The axis that holds two numbers, widened to whole steps of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="least">The smallest number to show.</param>
    /// <param name="most">The largest.</param>
    /// <param name="marks">About so many steps.</param>
    public Axis(double least, double most, int marks = 5)
    {
        if (!(most > least))
        {
            double room = Math.Max(Math.Abs(least) * 0.1, 1e-9);
            (least, most) = (least - room, least + room);
        }

        double rough = (most - least) / marks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        _step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
        (Least, Most) = (Math.Floor(least / _step + 1e-9) * _step, Math.Ceiling(most / _step - 1e-9) * _step);
    }

    public double Least { get; }

    public double Most { get; }

    /// <summary>The round numbers, from the least to the most.</summary>
    public IEnumerable<double> Marks => Enumerable.Range(0, (int)Math.Round((Most - Least) / _step) + 1).Select(i => Least + i * _step);

    /// <summary>Where a number lies, 0 to 1; what lies outside is put on the edge.</summary>
    public double At(double number) => Math.Clamp((number - Least) / (Most - Least), 0, 1);

    /// <summary>A mark with as many digits as the steps need.</summary>
    public string Text(double mark)
    {
        int digits = Math.Clamp((int)-Math.Floor(Math.Log10(_step) + 1e-9), 0, 9);
        return Math.Abs(mark) >= 1e6
            ? string.Create(CultureInfo.InvariantCulture, $"{mark / 1e6:0.##}M")
            : (Math.Abs(mark) < _step / 2 ? 0 : mark).ToString($"N{digits}", CultureInfo.InvariantCulture);
    }
}
