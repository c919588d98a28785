using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Rounds;

namespace SpanRnn.Comparisons.Reports;

/// <summary>What every report of a run says about itself.</summary>
internal sealed record RunFacts(
    int Threads, int? PinnedTo, string Command, RoundOptions Options, Limits Limits, IReadOnlyList<string> Contenders, IReadOnlyList<string> Missing)
{
    /// <summary>How many times the rows of a report were visited.</summary>
    public int Passes { get; init; } = 1;

    public IEnumerable<string> Lines()
    {
        foreach (string line in MachineFacts.Lines()) yield return "- " + line;
        yield return $"- {Threads} thread(s){(PinnedTo is int cpu ? $", pinned to CPU {cpu}" : "")}; "
            + (Passes > 1 ? $"{Passes} passes over all rows, in each " : "") + $"{Options.Rounds} rounds of {Show.Number(Options.SliceSeconds * 1e3)} ms per contender, in turns"
            + (Options.PauseSeconds > 0 ? $", {Show.Number(Options.PauseSeconds * 1e3)} ms of rest before each, so that no other engine's threads spin beside it" : "");
        yield return $"- `{Command}`";
        foreach (string contender in Contenders) yield return "- " + contender;
        foreach (string missing in Missing) yield return "- Missing: " + missing;
        IEnumerable<string> reads = Limits.Reads.Where(read => long.IsPow2(read.Bytes))
            .Select(read => $"{Show.Bytes(read.Bytes)} {Show.Number(read.BytesPerSecond * 1e-9)}");
        yield return $"- Limits measured in this run: multiply-add peak {Show.Number(Limits.Peak * 1e-9)} GFLOP/s; reads in GB/s by working set: "
            + string.Join(", ", reads);
    }
}
