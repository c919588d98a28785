using System.Globalization;

namespace SpanRnn.Tool.Reports;

/// <summary>Numbers for people: three significant digits, no exponent, the same in every culture.</summary>
internal static class Show
{
    public static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        int digits = 2 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Math.Round(value, Math.Clamp(digits, 0, 15)).ToString("0.#########", CultureInfo.InvariantCulture);
    }

    public static string Percent(double fraction) => Math.Round(fraction * 100).ToString(CultureInfo.InvariantCulture) + "%";

    public static string Bytes(long bytes) => bytes >= 1 << 20 ? Number(bytes / (double)(1 << 20)) + " MiB" : Number(bytes / 1024.0) + " KiB";

    /// <summary>A time in the unit that suits it.</summary>
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{Number(nanoseconds)} ns",
        < 1e6 => $"{Number(nanoseconds / 1e3)} us",
        < 1e9 => $"{Number(nanoseconds / 1e6)} ms",
        _ => $"{Number(nanoseconds / 1e9)} s",
    };
}
