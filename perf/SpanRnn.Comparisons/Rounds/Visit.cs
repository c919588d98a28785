namespace SpanRnn.Comparisons.Rounds;

/// <summary>What one visit to a row measured.</summary>
/// <param name="Roofline">Seconds no engine can beat on this machine, by the limits measured in this run, or less if the yardstick took less.</param>
/// <param name="Rounds">Seconds per call in each round, by contender, those that agreed.</param>
/// <param name="Notes">Contenders left out, and why.</param>
/// <param name="Memory">Bytes a contender holds for the row, where it says so.</param>
/// <param name="Choices">What a contender chose for the row by trying, where it did.</param>
internal sealed record Visit(
    double Roofline, IReadOnlyList<(string Contender, double[] Seconds)> Rounds, IReadOnlyList<string> Notes, IReadOnlyDictionary<string, long> Memory,
    IReadOnlyDictionary<string, string> Choices);
