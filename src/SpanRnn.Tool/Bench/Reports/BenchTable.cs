using System.Globalization;
using Spectre.Console;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>A table of a bench report, for the terminal and for Markdown.</summary>
/// <param name="Id">What the README's marks call it.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Note">What the numbers are, and how they were measured.</param>
/// <param name="Headings">Of the columns.</param>
/// <param name="Rows">A cell for each heading.</param>
internal sealed record BenchTable(string Id, string Title, string Note, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The table alone.</summary>
    public string ToMarkdown() => Markdown.Table(Headings, Rows);

    public Table ToTable()
    {
        var table = new Table { Border = TableBorder.Simple };
        for (int column = 0; column < Headings.Count; column++)
        {
            var heading = new TableColumn(Markup.Escape(Headings[column]));
            table.AddColumn(column == 0 ? heading : heading.RightAligned());
        }

        foreach (IReadOnlyList<string> row in Rows)
        {
            table.AddRow([.. row.Select(cell => new Markup(Markup.Escape(cell)))]);
        }

        return table;
    }

    /// <summary>1.83x.</summary>
    internal static string Times(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
}
