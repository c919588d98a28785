using System.Globalization;

namespace SpanRnn.Tool.Display;

/// <summary>Numbers as people read them, the same on every machine.</summary>
internal static class Figures
{
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Two(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("F2", CultureInfo.InvariantCulture) : "-";

    /// <summary>A loss: two digits, four where it is small.</summary>
    public static string Loss(double value) => value is > -0.1 and < 0.1 ? value.ToString("F4", CultureInfo.InvariantCulture) : Two(value);

    public static string One(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>41k, 1.2M.</summary>
    public static string Short(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:F1}M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:F0}k"),
        _ => Whole(value),
    };

    /// <summary>0:07, 1:02:03.</summary>
    public static string Clock(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Min(Math.Ceiling(seconds), 359_999));
        return time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }
}
