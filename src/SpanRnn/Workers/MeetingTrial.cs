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

    /// <summary>Nanoseconds of a meeting in the best of some trials; the first, in which threads start and code is compiled, does not count.</summary>
    public static double Nanoseconds(WorkerTeam team)
    {
        double best = double.NaN;
        long start = 0;
        for (int i = -1; team.Threads > 1 && i < Trials && (i < 1 || Stopwatch.GetElapsedTime(start).TotalMicroseconds < MostTime); i++)
        {
            var trial = new MeetingTrial { _barrier = team.Barrier };
            team.Run(ref trial, team.Threads);
            if (i < 0)
            {
                start = Stopwatch.GetTimestamp();
            }
            else
            {
                best = double.IsNaN(best) ? trial._nanoseconds : Math.Min(best, trial._nanoseconds);
            }
        }

        return best;
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
