using System.Diagnostics;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>Visits one row: checks the contenders, warms them up, then lets them take turns.</summary>
internal sealed class RoundRunner(RoundOptions options)
{
    public Visit Run(Workload workload, double roofline, IEnumerable<IContender> contenders)
    {
        List<Entry> entries = [];
        List<string> notes = [];
        try
        {
            var data = WorkloadData.Of(workload);
            var agreement = new Agreement(workload, data);
            foreach (IContender contender in contenders.Where(contender => contender.Supports(workload)))
            {
                IPrepared prepared = contender.Prepare(workload, data);
                if (agreement.Complaint(contender.Name, prepared.Check(), out _) is string complaint)
                {
                    notes.Add(complaint);
                    prepared.Dispose();
                    continue;
                }

                entries.Add(new Entry(contender.Name, prepared, Calibrate(prepared), new double[options.Rounds]));
            }

            for (int round = 0; round < options.Rounds; round++)
            {
                for (int i = 0; i < entries.Count; i++)
                {
                    // Another starts each round.
                    Entry entry = entries[(i + round) % entries.Count];
                    if (options.PauseSeconds > 0) Thread.Sleep(TimeSpan.FromSeconds(options.PauseSeconds)); // until the last one's threads have stopped spinning
                    entry.Seconds[round] = entry.Prepared.Run(entry.Calls) / entry.Calls;
                }
            }

            // A limit that the yardstick beat was measured in a bad moment.
            double bound = entries.FirstOrDefault(entry => entry.Name == YardstickContender.Heading)?.Seconds.Min() ?? roofline;
            return new Visit(
                Math.Min(roofline, bound), [.. entries.Select(entry => (entry.Name, entry.Seconds))], notes,
                entries.Where(entry => entry.Prepared.WorkspaceBytes > 0).ToDictionary(entry => entry.Name, entry => entry.Prepared.WorkspaceBytes),
                entries.Where(entry => entry.Prepared.Choice.Length > 0).ToDictionary(entry => entry.Name, entry => entry.Prepared.Choice));
        }
        finally
        {
            foreach (Entry entry in entries) entry.Prepared.Dispose();
        }
    }

    /// <summary>Runs until warm and returns how many calls fill a slice.</summary>
    private int Calibrate(IPrepared prepared)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 1;
        while (true)
        {
            double seconds = prepared.Run(calls);
            double perCall = Math.Max(seconds / calls, 1e-9);
            int fill = (int)Math.Clamp(options.SliceSeconds / perCall, 1, 100_000_000);
            if (Stopwatch.GetElapsedTime(start).TotalSeconds >= options.WarmSeconds && calls * 2 >= fill) return fill;
            calls = Math.Min(fill, calls * 4);
        }
    }

    private sealed record Entry(string Name, IPrepared Prepared, int Calls, double[] Seconds);
}
