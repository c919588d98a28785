using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tool.Bench.Reports;

namespace SpanRnn.Comparisons.Reports;

/// <summary>The README's tables: written by a run, never by hand. They stand between two comments that name the table.</summary>
/// <remarks>
/// Tables of a processor without AVX-512 have places of their own, which name the width of its vectors: a run there does not replace the others. What has no
/// place in the README is in the results' folder alone.
/// </remarks>
internal static class ReadmeTables
{
    /// <summary>
    /// A shorter table of the rows: our time, the ratios to the peers that have any of them, the fraction of the roofline and of the yardstick, the spread, the target; of
    /// several passes the ratios and the fraction with their range.
    /// </summary>
    public static void Write(string table, IReadOnlyList<RowResult> rows)
    {
        bool micro = rows.All(row => row.Workload.Mode == WorkMode.Step);
        string[] peers = TableReport.Peers(rows);
        string[] headings =
            ["workload", micro ? "SpanRnn, us" : "SpanRnn, ms", .. peers.Select(peer => "x " + peer), "of the roofline", "of limits in the same rounds", "spread", "target", "met"];
        Splice(table, Markdown.Table(headings, rows.Select(row => Row(row, micro ? 1e6 : 1e3, peers))));
    }

    /// <summary>The first table of a report as it is.</summary>
    public static void Write(string table, string report) =>
        Splice(table, string.Join('\n', report.Split('\n').SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))));

    /// <summary>A table of the latency run.</summary>
    public static void Write(BenchTable table) => Splice(table.Id, table.ToMarkdown());

    private static string[] Row(RowResult row, double scale, string[] peers)
    {
        Timing? ours = row.Of(RowResult.Ours);
        return ours is null
            ? [row.Workload.Name, "-", .. peers.Select(_ => "-"), "-", "-", "-", row.Workload.Target.ToString(), ""]
            : [
                row.Workload.Name, Show.Number(ours.Median * scale), .. peers.Select(peer => Ratio(row, peer)),
                PassRange.AroundMedian(row.FractionsOf(ours), Show.Percent), Share(ours, row.Of(YardstickContender.Heading)), Show.Number(ours.Spread),
                row.Workload.Target.ToString(), TableReport.Met(row),
            ];
    }

    private static string Share(Timing ours, Timing? limits) => limits is null ? "-" : Show.Percent(limits.RatioByRound(ours));

    private static string Ratio(RowResult row, string peer) =>
        row.RatiosTo(peer) is [_, ..] ratios ? PassRange.AroundMedian(ratios, Show.Number) : "-";

    private static void Splice(string table, string markdown)
    {
        string place = Isa.Best.Lanes == Block.Size ? table : $"{table}, {Isa.Best.Lanes * 32} bits";
        string path = Path.Combine(Repository.Root, "README.md"), begin = $"<!-- {place}: begin -->", end = $"<!-- {place}: end -->";
        string readme = File.ReadAllText(path);
        int from = readme.IndexOf(begin, StringComparison.Ordinal), to = readme.IndexOf(end, StringComparison.Ordinal);
        if (from >= 0 && to > from)
        {
            File.WriteAllText(path, readme[..(from + begin.Length)] + "\n" + markdown.TrimEnd('\n') + "\n" + readme[to..]);
        }
    }
}
