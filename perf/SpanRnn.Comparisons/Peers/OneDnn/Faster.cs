using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>Two ways to do the same, tried in turns; the faster is kept. By their best turn, which a neighbour's busy moment does not touch.</summary>
internal static class Faster
{
    private const int Turns = 11;
    private const double TurnSeconds = 0.005;

    public static IPrepared Of(IPrepared first, IPrepared second)
    {
        IPrepared[] ways = [first, second];
        int[] calls = [.. ways.Select(Calls)];
        double[] best = [double.MaxValue, double.MaxValue];
        for (int turn = 0; turn < Turns; turn++)
            for (int way = 0; way < ways.Length; way++)
                best[way] = Math.Min(best[way], ways[way].Run(calls[way]) / calls[way]);
        int kept = best[1] < best[0] ? 1 : 0;
        ways[kept ^ 1].Dispose();
        return ways[kept];
    }

    /// <summary>As many calls as a turn takes; the first of them also warm up.</summary>
    private static int Calls(IPrepared prepared)
    {
        int calls = 1;
        while (prepared.Run(calls) < TurnSeconds) calls *= 2;
        return calls;
    }
}
