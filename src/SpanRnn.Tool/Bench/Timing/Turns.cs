using System.Diagnostics;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>Times works in turns: in each round every one has its slice, so that a slow spell of the machine hits all alike.</summary>
internal static class Turns
{
    private const int FewestRounds = 3, MostRounds = 41;
    private const double Slice = 0.004, WarmUp = 0.05;

    /// <summary>Measures for so many seconds, at least three rounds, or until the user stops it; only whole rounds count.</summary>
    public static RoundTimes[] Measure(IReadOnlyList<TimedWork> works, double seconds, SectionTime time)
    {
        long start = Stopwatch.GetTimestamp();
        RoundTimes[] times = [.. works.Select(_ => new RoundTimes())];
        double[] perCall = [.. works.Select(work => WarmedUp(work, Math.Min(WarmUp, seconds / 5 / works.Count), time))];
        double left = Math.Max(0, seconds - Stopwatch.GetElapsedTime(start).TotalSeconds);
        int rounds = (int)Math.Clamp(left / perCall.Sum(call => Math.Max(call, Slice)), FewestRounds, MostRounds);
        int[] calls = [.. perCall.Select(call => (int)Math.Clamp(left / rounds / works.Count / call, 1, int.MaxValue))];
        var round = new double[works.Count];
        for (int r = 0; r < rounds; r++)
        {
            for (int i = 0; i < works.Count; i++)
            {
                if (time.IsStopped)
                {
                    return times;
                }

                works[i].Before?.Invoke();
                round[i] = ClockCost.Nanoseconds(works[i].Run(calls[i])) / calls[i];
                time.Did((long)calls[i] * works[i].Steps);
            }

            for (int i = 0; i < works.Count; i++)
            {
                times[i].Add(round[i]);
            }
        }

        return times;
    }

    /// <summary>Runs until warm, at least twice, and returns the seconds of a call: the least that was seen, since what disturbs only adds.</summary>
    public static double WarmedUp(TimedWork work, double seconds, SectionTime time)
    {
        long start = Stopwatch.GetTimestamp();
        Once(1); // it compiles what it calls: that time says nothing
        double least = double.PositiveInfinity;
        for (int calls = 1; ; calls = Math.Min(2 * calls, 1 << 20))
        {
            double perCall = Math.Max(Once(calls), 1e-9), left = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds;
            least = Math.Min(least, perCall);
            if (left < 2 * calls * perCall || time.IsStopped)
            {
                return least;
            }
        }

        double Once(int calls)
        {
            work.Before?.Invoke();
            double perCall = ClockCost.Nanoseconds(work.Run(calls)) * 1e-9 / calls;
            time.Did((long)calls * work.Steps);
            return perCall;
        }
    }
}
