using System.Text;
using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Reports;

/// <summary>One table of workloads as Markdown.</summary>
internal static class TableReport
{
    public static string Write(string table, IReadOnlyList<RowResult> rows, RunFacts facts)
    {
        bool micro = rows.All(row => row.Workload.Mode == WorkMode.Step);
        (double scale, string unit) = micro ? (1e6, "microseconds") : (1e3, "milliseconds");
        string[] contenders = [.. new[] { RowResult.Ours }.Concat(rows.SelectMany(row => row.Timings.Select(t => t.Contender))).Distinct()];
        string[] peers = Peers(rows);
        string[] headings =
            ["workload", "roofline", .. contenders, .. peers.Select(peer => "times as fast as " + peer), "spread", "target", "met"];
        var text = new StringBuilder();
        text.Append($"# {char.ToUpperInvariant(table[0])}{table[1..]}, {facts.Threads} thread{(facts.Threads == 1 ? "" : "s")}, {unit} per call\n\n");
        foreach (string line in facts.Lines()) text.Append(line).Append('\n');
        text.Append("\nCells: median/minimum of the rounds and the fraction of the roofline at the median. Times as fast: ratio of medians, and in\n");
        text.Append("parentheses the median of the ratios within a round; PyTorch counts at its fastest variant. Spread: 90th over 10th percentile,\n");
        text.Append("contenders in the order of the columns.");
        if (facts.Passes > 1)
        {
            text.Append(" Medians and ratios are\nmedians of the passes'; beside a ratio, and beside our fraction, stand the lowest and the highest of a single pass.");
        }

        text.Append("\n\n");
        text.Append(Markdown.Table(headings, rows.Select(row => Row(row, scale, contenders, peers))));
        foreach (string choice in Choices(rows)) text.Append("\n- ").Append(choice);
        foreach (string note in rows.SelectMany(row => row.Notes)) text.Append("\n- ").Append(note);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string[] Row(RowResult row, double scale, string[] contenders, string[] peers) =>
    [
        row.Workload.Name, Show.Number(row.Roofline * scale), .. contenders.Select(name => Cell(row, row.Of(name), scale)),
        .. peers.Select(peer => Ratio(row, peer)),
        string.Join(" ", contenders.Select(row.Of).Select(timing => timing == null ? "-" : Show.Number(timing.Spread))),
        row.Workload.Target.ToString(), Met(row),
    ];

    /// <summary>What contenders chose by trying, and in which rows.</summary>
    private static IEnumerable<string> Choices(IReadOnlyList<RowResult> rows) =>
        from row in rows
        from chosen in row.Choices
        group row.Workload.Name by chosen into same
        select $"{same.Key.Contender} chose {same.Key.Choice} in " + string.Join(", ", same);

    private static string Cell(RowResult row, Timing? timing, double scale) => timing == null ? "-"
        : $"{Show.Number(timing.Median * scale)}/{Show.Number(timing.Minimum * scale)} " + (timing.Contender == RowResult.Ours
            ? PassRange.AroundMedian(row.FractionsOf(timing), Show.Percent) : Show.Percent(Timing.MedianOf(row.FractionsOf(timing))));

    private static string Ratio(RowResult row, string peer) => row.RatiosTo(peer) is not [_, ..] ratios ? "-"
        : $"{PassRange.AroundMedian(ratios, Show.Number)} ({Show.Number(row.Best(peer)!.RatioByRound(row.Of(RowResult.Ours)!))})";

    /// <summary>The peers that have any row of a table.</summary>
    public static string[] Peers(IReadOnlyList<RowResult> rows) => [.. Target.Peers.Where(peer => rows.Any(row => row.Best(peer) != null))];

    public static string Met(RowResult row)
    {
        Target target = row.Workload.Target;
        Timing? ours = row.Of(RowResult.Ours);
        double[] ratios = row.RatiosTo(target.Peer);
        if (target == Target.None || (target.Ratio == null && target.Fraction == null)) return "";
        if (ours == null || (target.Ratio != null && ratios.Length == 0)) return "not measured";
        bool met = (target.Ratio == null || Timing.MedianOf(ratios) >= target.Ratio)
            && (target.Fraction == null || Timing.MedianOf(row.FractionsOf(ours)) >= target.Fraction);
        return met ? "yes" : "no";
    }
}
