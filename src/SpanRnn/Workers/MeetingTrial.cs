using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SpanRnn.Workers;

/// <summary>How long the parts of a team take to meet: tens of nanoseconds between neighbouring cores, hundreds between others.</summary>
internal struct MeetingTrial : IPartedWork
{
    private const int Meetings = 8, Trials = 32;

    /// <summary>Microseconds after which no trial begins any more.</summary>
    private const double MostTime = 1000;

    private PartBarrier _barrier;
    private double _nanoseconds;

    /// <summary>Nanoseconds of a meeting of a team of several threads, in the best of some trials.</summary>
    public static double Nanoseconds(WorkerTeam team)
    {
        _ = Once(team); // threads start, code is compiled
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i == 0 || (i < Trials && Stopwatch.GetElapsedTime(start).TotalMicroseconds < MostTime); i++)
        {
            best = Math.Min(best, Once(team));
        }

        return best;
    }

    private static double Once(WorkerTeam team)
    {
        var trial = new MeetingTrial { _barrier = team.Barrier };
        team.Run(ref trial, team.Threads);
        return trial._nanoseconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run(int part, int parts)
    {
        _barrier.Meet(part); // all have begun
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Meetings; i++)
        {
            _barrier.Meet(part);
        }

        if (part == 0)
        {
            _nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Meetings;
        }
    }
}
