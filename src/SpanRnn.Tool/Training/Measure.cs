using System.Globalization;

namespace SpanRnn.Tool.Training;

/// <summary>A named figure of quality: which way is better, and how people read it.</summary>
/// <param name="Id">Its key in JSON and in files, in camel case.</param>
/// <param name="Name">What tables and progress call it.</param>
/// <param name="Unit">Written behind the number; may be empty.</param>
/// <param name="HigherIsBetter">Accuracy: yes; an error: no.</param>
internal sealed record Measure(string Id, string Name, string Unit, bool HigherIsBetter)
{
    /// <summary>Right answers as a part of all, 0 to 1, shown in percent.</summary>
    public static Measure Accuracy { get; } = new("accuracy", "accuracy", "%", HigherIsBetter: true) { Factor = 100 };

    /// <summary>The mean of the classes' F1, 0 to 1, shown in percent.</summary>
    public static Measure MacroF1 { get; } = new("macroF1", "macro-F1", "%", HigherIsBetter: true) { Factor = 100 };

    /// <summary>What shown numbers are multiplied by: 100 for percent.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Digits behind the point.</summary>
    public int Digits { get; init; } = 2;

    /// <summary>Root of the mean squared error, in the data's units.</summary>
    public static Measure Rmse(string id = "rmse", string name = "RMSE") => new(id, name, "", HigherIsBetter: false);

    /// <summary>Whether one figure is better than another; NaN is better than nothing.</summary>
    public bool IsBetter(double figure, double than) => HigherIsBetter ? figure > than : figure < than;

    /// <summary>98.52 %.</summary>
    public string Text(double? figure)
    {
        if (figure is not { } number || !double.IsFinite(number))
        {
            return "-";
        }

        string digits = (number * Factor).ToString($"F{Digits}", CultureInfo.InvariantCulture);
        return Unit.Length == 0 ? digits : $"{digits} {Unit}";
    }
}
