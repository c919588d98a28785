using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace SpanRnn.Tool.Commands;

/// <summary>Options that are numbers: what is not one, or out of range, is refused with a message that names the option and both numbers.</summary>
internal static class Value
{
    /// <summary>A whole number.</summary>
    public static Option<T?> Whole<T>(string name, string description, T least, T most) where T : struct, IBinaryInteger<T> => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, NumberStyles.AllowLeadingSign, "a whole number", least, most, isOpen: false),
    };

    /// <summary>A number of at least <paramref name="least"/> and, if <paramref name="isOpen"/>, less than <paramref name="most"/>.</summary>
    public static Option<double?> Number(string name, string description, double least, double most, bool isOpen = false) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(result, name, NumberStyles.Float, "a number", least, most, isOpen),
    };

    private static T? Parse<T>(ArgumentResult result, string name, NumberStyles styles, string kind, T least, T most, bool isOpen)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (!T.TryParse(text, styles, CultureInfo.InvariantCulture, out T value) || T.IsNaN(value))
        {
            bool isWhole = BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            result.AddError($"{name}: expected {(isWhole ? Range(least, most, isOpen) : kind)}, found {(isWhole ? text : $"'{text}'")}.");
            return null;
        }

        if (value < least || value > most || (isOpen && value == most))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: expected {Range(least, most, isOpen)}, found {value}."));
            return null;
        }

        return value;
    }

    private static string Range<T>(T least, T most, bool isOpen) where T : INumber<T> =>
        string.Create(CultureInfo.InvariantCulture, $"{least} to {(isOpen ? "below " : "")}{most}");
}
