namespace SpanRnn.Comparisons.Rounds;

/// <summary>How long to measure.</summary>
/// <param name="Passes">
/// How many times every row is visited, with all others in between: a machine that changes its speed for minutes is then met at several speeds, and how far a ratio depends on that is known.
/// </param>
/// <param name="Rounds">Of a visit. Every contender runs once in each.</param>
/// <param name="SliceSeconds">About how long a contender runs in a round, and at least one call.</param>
/// <param name="WarmSeconds">How long it runs beforehand: caches, thread pools, and the JIT's last tier.</param>
/// <param name="PauseSeconds">
/// How long nothing runs before each turn. With several threads an engine's own may spin for milliseconds after its turn (OpenMP's do) and hold the processor
/// that the next one needs.
/// </param>
internal sealed record RoundOptions(int Passes, int Rounds, double SliceSeconds, double WarmSeconds, double PauseSeconds)
{
    /// <summary>Nothing for one thread; for more, time in which OpenMP's threads fall asleep.</summary>
    public static double PauseFor(int threads) => threads > 1 ? 0.02 : 0;
}
