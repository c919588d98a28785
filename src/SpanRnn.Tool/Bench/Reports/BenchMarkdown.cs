using System.Text;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>A bench report as a Markdown file.</summary>
internal static class BenchMarkdown
{
    /// <param name="report">The report.</param>
    /// <param name="command">The command line that made it.</param>
    public static string Of(BenchReport report, string command)
    {
        var text = new StringBuilder("# Latency");
        text.Append(report.Model is null ? "\n\n" : $" of {report.Model}\n\n");
        foreach (string line in report.Machine)
        {
            text.Append($"- {line}\n");
        }

        text.Append($"- `{command}`\n");
        if (!report.IsComplete)
        {
            text.Append("- Stopped before its end.\n");
        }

        foreach (BenchTable table in BenchTables.Of(report))
        {
            text.Append($"\n## {table.Title}\n\n{table.Note}\n\n{table.ToMarkdown()}");
        }

        return text.ToString();
    }
}
