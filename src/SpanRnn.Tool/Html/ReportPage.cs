using System.Text;

namespace SpanRnn.Tool.Html;

/// <summary>A page that needs nothing but itself: a table, charts, and what was done. It is well-formed XML, without scripts, light or dark as the reader's system is.</summary>
internal sealed record ReportPage
{
    private const string Style = """
        :root { color-scheme: light dark; --page: #fcfcfb; --card: #ffffff; --text: #1d2327; --faint: #5f6b73; --line: #dfe3e6;
          --c0: #0b6bb8; --c1: #c2410c; --c2: #12805c; --c3: #8a3fb0; --c4: #a16207; --c5: #be185d; --c6: #0e7490; --c7: #4b5563; }
        @media (prefers-color-scheme: dark) { :root { --page: #15191c; --card: #1d2327; --text: #e8ebed; --faint: #9aa6ae; --line: #343d43;
          --c0: #5eb1ef; --c1: #fb923c; --c2: #4ecb9c; --c3: #c792ea; --c4: #e3b341; --c5: #f472b6; --c6: #4fd1e0; --c7: #b0b8bf; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 74rem; background: var(--page); color: var(--text);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .8rem; }
        p { margin: .3rem 0; } .lead, small { color: var(--faint); } small { font-weight: 400; }
        .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .5rem .9rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
        th:first-child { text-align: left; } tbody tr:last-child th, tbody tr:last-child td { border-bottom: 0; } th { font-weight: 600; } thead th { color: var(--faint); }
        td.best { font-weight: 700; }
        .charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
        figure { margin: 0; padding: .9rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        figcaption { font-weight: 600; margin-bottom: .5rem; } svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--text); font-size: 13px; } svg .mark, svg .label { fill: var(--faint); font-size: 12px; }
        .end { text-anchor: end; } .middle { text-anchor: middle; } .grid, .tick { stroke: var(--line); stroke-width: 1; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9rem; } .legend i { display: inline-block; width: .9rem; height: .9rem;
          margin-right: .4rem; border-radius: 3px; vertical-align: -.1rem; }
        .line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); }
        .line.c4 { stroke: var(--c4); } .line.c5 { stroke: var(--c5); } .line.c6 { stroke: var(--c6); } .line.c7 { stroke: var(--c7); }
        .bar.c0, .dot.c0 { fill: var(--c0); } .bar.c1, .dot.c1 { fill: var(--c1); } .bar.c2, .dot.c2 { fill: var(--c2); } .bar.c3, .dot.c3 { fill: var(--c3); }
        .bar.c4, .dot.c4 { fill: var(--c4); } .bar.c5, .dot.c5 { fill: var(--c5); } .bar.c6, .dot.c6 { fill: var(--c6); } .bar.c7, .dot.c7 { fill: var(--c7); }
        i.c0 { background: var(--c0); } i.c1 { background: var(--c1); } i.c2 { background: var(--c2); } i.c3 { background: var(--c3); }
        i.c4 { background: var(--c4); } i.c5 { background: var(--c5); } i.c6 { background: var(--c6); } i.c7 { background: var(--c7); }
        @media print { body { padding: 0; } figure, .wide { break-inside: avoid; } }
        """;

    public required string Title { get; init; }

    /// <summary>Sentences below the title.</summary>
    public required IReadOnlyList<string> Lead { get; init; }

    /// <summary>The table's first row.</summary>
    public required IReadOnlyList<string> Heading { get; init; }

    /// <summary>Its other rows; each cell says whether it is the best of its column.</summary>
    public required IReadOnlyList<IReadOnlyList<(string Text, bool IsBest)>> Rows { get; init; }

    public required IReadOnlyList<BarChart> Bars { get; init; }

    public required IReadOnlyList<LineChart> Curves { get; init; }

    /// <summary>How it was done, a line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The whole page.</summary>
    public string ToHtml()
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        page.Append($"<title>{HtmlText.Escape(Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        page.Append($"<h1>{HtmlText.Escape(Title)}</h1>\n");
        Paragraphs(page, Lead, " class=\"lead\"");
        page.Append("<h2>Results</h2>\n<div class=\"wide\"><table>\n<thead><tr>");
        foreach (string heading in Heading)
        {
            page.Append($"<th scope=\"col\">{HtmlText.Escape(heading)}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<(string Text, bool IsBest)> row in Rows)
        {
            page.Append($"<tr><th scope=\"row\">{HtmlText.Escape(row[0].Text)}</th>");
            foreach ((string text, bool isBest) in row.Skip(1))
            {
                page.Append($"<td{(isBest ? " class=\"best\"" : "")}>{HtmlText.Escape(text)}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n");
        Charts(page, "Side by side", Bars.Select(chart => chart.ToHtml()));
        Charts(page, "Learning curves", Curves.Select(chart => chart.ToHtml()));
        page.Append("<h2>How it was done</h2>\n");
        Paragraphs(page, Notes, "");
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Paragraphs(StringBuilder page, IReadOnlyList<string> lines, string attributes)
    {
        foreach (string line in lines)
        {
            page.Append($"<p{attributes}>{HtmlText.Escape(line)}</p>\n");
        }
    }

    private static void Charts(StringBuilder page, string heading, IEnumerable<string> charts)
    {
        string[] drawn = [.. charts.Where(chart => chart.Length > 0)];
        if (drawn.Length > 0)
        {
            page.Append($"<h2>{heading}</h2>\n<div class=\"charts\">\n{string.Concat(drawn)}</div>\n");
        }
    }
}
