using System.Text;
using SpanRnn.Comparisons.Rounds;

namespace SpanRnn.Comparisons.Reports;

/// <summary>What grows with what: nanoseconds per weight, per batch row and per step, and the slope over the lengths.</summary>
internal static class GrowthReport
{
    public static string Write(IReadOnlyList<RowResult> rows)
    {
        var text = new StringBuilder();
        Section(text, rows, "G-hidden", "Time per 1000 weights, nanoseconds, by hidden size", row => row.Workload.Hidden, row => row.Workload.RecurrentWeights / 1e3);
        Section(text, rows, "G-batch", "Time per step and batch row, nanoseconds, by batch", row => row.Workload.Batch, row => row.Workload.Steps * row.Workload.Batch);
        Section(text, rows, "G-length", "Time per step, nanoseconds, by length", row => row.Workload.Steps, row => row.Workload.Steps);
        RowResult[] lengths = [.. rows.Where(row => row.Workload.Name.StartsWith("G-length", StringComparison.Ordinal))];
        if (lengths.Length < 2) return text.ToString();
        text.Append("\nSlope over the lengths (seconds from the shortest to the longest over the steps between), microseconds per step");
        foreach (string name in Names(lengths))
        {
            if (lengths[0].Of(name) is not Timing first || lengths[^1].Of(name) is not Timing last) continue;
            double slope = (last.Median - first.Median) / (lengths[^1].Workload.Steps - lengths[0].Workload.Steps);
            text.Append($"; {name} {Show.Number(slope * 1e6)}");
        }

        text.Append(".\n");
        foreach (RowResult row in lengths)
            foreach ((string name, long bytes) in row.Memory)
                text.Append($"- {name}, T = {row.Workload.Steps}: {Show.Bytes(bytes)} of workspace\n");
        return text.ToString();
    }

    private static void Section(
        StringBuilder text, IReadOnlyList<RowResult> all, string prefix, string title, Func<RowResult, int> size, Func<RowResult, double> units)
    {
        RowResult[] rows = [.. all.Where(row => row.Workload.Name.StartsWith(prefix, StringComparison.Ordinal))];
        if (rows.Length == 0) return;
        string[] names = Names(rows);
        text.Append("\n## ").Append(title).Append("\n\n");
        text.Append(Markdown.Table(["", .. names], rows.Select(row => (IReadOnlyList<string>)[size(row).ToString(),
            .. names.Select(name => row.Of(name) is Timing timing ? Show.Number(timing.Median * 1e9 / units(row)) : "-")])));
    }

    private static string[] Names(IEnumerable<RowResult> rows) => [.. rows.SelectMany(row => row.Timings.Select(t => t.Contender)).Distinct()];
}
