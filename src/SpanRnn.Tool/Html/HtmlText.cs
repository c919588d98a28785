using System.Globalization;
using System.Text;

namespace SpanRnn.Tool.Html;

/// <summary>Text and numbers as they may stand in a page that is also XML.</summary>
internal static class HtmlText
{
    /// <summary>A text with what has a meaning in markup escaped, and what XML does not allow replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune symbol in text.EnumerateRunes())                 // half a surrogate pair comes as U+FFFD
        {
            escaped.Append(symbol.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' or '\n' or '\r' => " ",
                < ' ' or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => symbol.ToString(),
            });
        }

        return escaped.ToString();
    }

    /// <summary>A coordinate.</summary>
    public static string Of(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
