using System.Text;

namespace SpanRnn.Tool.Html;

/// <summary>Lines over two axes, as inline SVG: learning curves.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Across">What the horizontal axis counts.</param>
/// <param name="Series">The lines; those without a finite point are left out.</param>
internal sealed record LineChart(string Title, string Across, IReadOnlyList<Series> Series)
{
    private const double Width = 560, Height = 300, Left = 58, Right = 26, Top = 12, Bottom = 44;

    /// <summary>Points of a line that are drawn: more would not be seen.</summary>
    private const int MostPoints = 400;

    /// <summary>The chart with its legend; empty if there is nothing to draw.</summary>
    public string ToHtml()
    {
        Series[] lines = [.. Series.Select(line => line with { Points = Thinned(line.Points) }).Where(line => line.Points.Count > 0)];
        if (lines.Length == 0)
        {
            return "";
        }

        var points = lines.SelectMany(line => line.Points).ToList();
        Axis across = new(points.Min(point => point.X), points.Max(point => point.X)), up = new(points.Min(point => point.Y), points.Max(point => point.Y));
        var svg = new StringBuilder();
        svg.Append($"<figure><figcaption>{HtmlText.Escape(Title)}</figcaption>\n");
        svg.Append($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlText.Escape(Title)}\">\n");
        foreach (double mark in up.Marks)
        {
            string y = HtmlText.Of(Y(up, mark));
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" y1=\"{y}\" x2=\"{Width - Right}\" y2=\"{y}\"/>");
            svg.Append($"<text class=\"mark end\" x=\"{Left - 8}\" y=\"{y}\" dy=\"0.32em\">{up.Text(mark)}</text>\n");
        }

        foreach (double mark in across.Marks)
        {
            string x = HtmlText.Of(X(across, mark));
            svg.Append($"<line class=\"tick\" x1=\"{x}\" y1=\"{Height - Bottom}\" x2=\"{x}\" y2=\"{Height - Bottom + 5}\"/>");
            svg.Append($"<text class=\"mark middle\" x=\"{x}\" y=\"{Height - Bottom + 18}\">{across.Text(mark)}</text>\n");
        }

        svg.Append($"<text class=\"label middle\" x=\"{HtmlText.Of((Left + Width - Right) / 2)}\" y=\"{Height - 6}\">{HtmlText.Escape(Across)}</text>\n");
        foreach (Series line in lines)
        {
            IEnumerable<string> path = line.Points.Select(point => $"{HtmlText.Of(X(across, point.X))},{HtmlText.Of(Y(up, point.Y))}");
            svg.Append(line.Points.Count == 1
                ? $"<circle class=\"dot {line.Class}\" cx=\"{path.First().Split(',')[0]}\" cy=\"{path.First().Split(',')[1]}\" r=\"4\"><title>{HtmlText.Escape(line.Name)}</title></circle>\n"
                : $"<polyline class=\"line {line.Class}\" points=\"{string.Join(' ', path)}\"><title>{HtmlText.Escape(line.Name)}</title></polyline>\n");
        }

        svg.Append("</svg>\n<p class=\"legend\">");
        foreach (Series line in lines)
        {
            svg.Append($"<span><i class=\"{line.Class}\"></i>{HtmlText.Escape(line.Name)}</span> ");
        }

        return svg.Append("</p></figure>\n").ToString();
    }

    private static double X(Axis axis, double x) => Left + axis.At(x) * (Width - Left - Right);

    private static double Y(Axis axis, double y) => Height - Bottom - axis.At(y) * (Height - Bottom - Top);

    private static IReadOnlyList<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        (double X, double Y)[] finite = [.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        return finite.Length <= MostPoints ? finite : [.. Enumerable.Range(0, MostPoints).Select(i => finite[(int)((long)i * (finite.Length - 1) / (MostPoints - 1))])];
    }
}
