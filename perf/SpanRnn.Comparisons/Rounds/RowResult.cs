using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>A measured row: what one or more visits to it found.</summary>
internal sealed class RowResult(Workload workload, IReadOnlyList<Visit> visits)
{
    public const string Ours = "SpanRnn";

    public Workload Workload => workload;

    /// <summary>Seconds no engine can beat: the least of the visits, since a limit that a yardstick beat was measured in a bad moment.</summary>
    public double Roofline { get; } = visits.Min(visit => visit.Roofline);

    /// <summary>By contender, those that agreed in every visit.</summary>
    public IReadOnlyList<Timing> Timings { get; } =
    [
        .. from name in visits[0].Rounds.Select(rounds => rounds.Contender).Distinct()
           let rounds = visits.Select(visit => visit.Rounds.FirstOrDefault(rounds => rounds.Contender == name).Seconds).ToArray()
           where rounds.All(seconds => seconds is not null)
           select new Timing(name, rounds),
    ];

    /// <summary>Contenders left out of the row, and why.</summary>
    public IReadOnlyList<string> Notes { get; } = [.. visits.SelectMany(visit => visit.Notes).Distinct()];

    /// <summary>Bytes a contender holds for the row, where it says so.</summary>
    public IReadOnlyDictionary<string, long> Memory => visits[^1].Memory;

    /// <summary>What contenders chose for the row by trying: more than one thing, if they did not always choose the same.</summary>
    public IEnumerable<(string Contender, string Choice)> Choices =>
        visits.SelectMany(visit => visit.Choices).Where(choice => Of(choice.Key) is not null).Select(choice => (choice.Key, choice.Value)).Distinct();

    /// <summary>The same row after one more visit.</summary>
    public RowResult Then(Visit visit) => new(workload, [.. visits, visit]);

    public Timing? Of(string contender) => Timings.FirstOrDefault(timing => timing.Contender == contender);

    /// <summary>The fastest variant of a peer.</summary>
    public Timing? Best(string peer) => VariantsOf(peer).MinBy(timing => timing.Median);

    /// <summary>In each visit how many times as fast as a peer's fastest variant we were; empty if one of us is missing.</summary>
    public double[] RatiosTo(string peer)
    {
        Timing[] variants = [.. VariantsOf(peer)];
        return Of(Ours) is not Timing ours || variants.Length == 0 ? []
            : [.. ours.Medians.Select((median, visit) => variants.Min(variant => variant.Medians[visit]) / median)];
    }

    /// <summary>Of the roofline, in each visit.</summary>
    public double[] FractionsOf(Timing timing) => [.. timing.Medians.Select(median => Roofline / median)];

    private IEnumerable<Timing> VariantsOf(string peer) =>
        peer.Length == 0 ? [] : Timings.Where(timing => timing.Contender.StartsWith(peer, StringComparison.Ordinal));
}
