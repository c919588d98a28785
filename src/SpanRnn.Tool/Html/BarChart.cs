using System.Text;

namespace SpanRnn.Tool.Html;

/// <summary>One horizontal bar for each of a few things, from 0, as inline SVG.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Note">Which way is better, small beside the title.</param>
/// <param name="Bars">Name, colour, length and how the length is written; what is not finite or below 0 has no bar.</param>
internal sealed record BarChart(string Title, string Note, IReadOnlyList<(string Name, int Color, double Value, string Text)> Bars)
{
    private const double Width = 460, Row = 30, Values = 84, PerLetter = 7.2, Narrowest = 96, Widest = 210;

    /// <summary>The chart; empty if there is no bar to draw.</summary>
    public string ToHtml()
    {
        double most = Bars.Where(bar => double.IsFinite(bar.Value)).Select(bar => bar.Value).DefaultIfEmpty(0).Max();
        if (most <= 0)
        {
            return "";
        }

        double names = Math.Clamp(Bars.Max(bar => bar.Name.Length) * PerLetter + 10, Narrowest, Widest);
        var svg = new StringBuilder();
        svg.Append($"<figure><figcaption>{HtmlText.Escape(Title)} <small>{HtmlText.Escape(Note)}</small></figcaption>\n");
        svg.Append($"<svg viewBox=\"0 0 {Width} {HtmlText.Of(Bars.Count * Row)}\" role=\"img\" aria-label=\"{HtmlText.Escape(Title)}\">\n");
        for (int i = 0; i < Bars.Count; i++)
        {
            (string name, int color, double value, string text) = Bars[i];
            double length = double.IsFinite(value) ? Math.Max(0, value) / most * (Width - names - Values) : 0;
            string middle = HtmlText.Of((i + 0.5) * Row);
            svg.Append($"<text class=\"name end\" x=\"{HtmlText.Of(names - 8)}\" y=\"{middle}\" dy=\"0.34em\">{HtmlText.Escape(name)}</text>");
            svg.Append($"<rect class=\"bar c{color % Series.Colors}\" x=\"{HtmlText.Of(names)}\" y=\"{HtmlText.Of(i * Row + 6)}\" width=\"{HtmlText.Of(Math.Max(length, 1))}\" height=\"{Row - 12}\" rx=\"2\"/>");
            svg.Append($"<text class=\"value\" x=\"{HtmlText.Of(names + length + 7)}\" y=\"{middle}\" dy=\"0.34em\">{HtmlText.Escape(text)}</text>\n");
        }

        return svg.Append("</svg></figure>\n").ToString();
    }
}
