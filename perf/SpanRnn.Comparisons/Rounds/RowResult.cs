using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>A measured row.</summary>
/// <param name="Workload">The task.</param>
/// <param name="Roofline">Seconds no engine can beat on this machine, by the limits measured in this run.</param>
/// <param name="Timings">By contender, those that agreed.</param>
/// <param name="Notes">Contenders left out of the row, and why.</param>
/// <param name="Memory">Bytes a contender holds for the row, where it says so.</param>
/// <param name="Choices">What a contender chose for the row by trying, where it did.</param>
internal sealed record RowResult(
    Workload Workload, double Roofline, IReadOnlyList<Timing> Timings, IReadOnlyList<string> Notes, IReadOnlyDictionary<string, long> Memory,
    IReadOnlyDictionary<string, string> Choices)
{
    public const string Ours = "SpanRnn";

    /// <summary>
    /// The same row after a later pass over the tables: all rounds together, of contenders that agreed both times, and the lower limit, since one that is passed was measured in a bad moment.
    /// </summary>
    public RowResult Then(RowResult later) => this with
    {
        Roofline = Math.Min(Roofline, later.Roofline),
        Timings = [.. Timings.Join(later.Timings, mine => mine.Contender, theirs => theirs.Contender, (mine, theirs) => mine.Then(theirs))],
        Notes = [.. Notes, .. later.Notes],
        Choices = Choices.ToDictionary(choice => choice.Key, choice => later.Choices.GetValueOrDefault(choice.Key) is string other && other != choice.Value
            ? $"{choice.Value}, later {other}" : choice.Value),
    };

    /// <summary>Of the roofline, in each pass.</summary>
    public double[] Fractions(Timing timing) => [.. timing.Medians.Select(median => Roofline / median)];

    public Timing? Of(string contender) => Timings.FirstOrDefault(timing => timing.Contender == contender);

    /// <summary>The fastest variant of a peer.</summary>
    public Timing? Best(string peer) =>
        peer.Length == 0 ? null : Timings.Where(timing => timing.Contender.StartsWith(peer, StringComparison.Ordinal)).MinBy(timing => timing.Median);
}
