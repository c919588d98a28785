using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SpanRnn.Workers;

// Steps of a stream. One that takes a few microseconds is not worth the wait for a worker that sleeps: it is divided only while all are awake. Where such steps
// follow each other closely, the workers are woken for those to come.
public sealed partial class WorkerTeam
{
    /// <summary>
    /// Multiply-adds that must lie between two meetings for each nanosecond of one. A thread does some fifty in a nanosecond, half of the work is saved, and besides meeting
    /// the parts fetch what the others wrote: together four to five meetings.
    /// </summary>
    private const int PerNanosecond = 425;

    /// <summary>Nanoseconds of a meeting at least, between neighbouring cores; and where it was not measured.</summary>
    private const double FastMeeting = 70, UnknownMeeting = 500;

    /// <summary>
    /// Nanoseconds of a meeting between processors at most. Threads that share one for the moment, as they may right after they begin, were measured at 8,000 to 16,000: that says
    /// nothing about the team's later life.
    /// </summary>
    private const double SlowMeeting = 1500;

    /// <summary>
    /// Microseconds from one step to the next that follow each other closely, their own time included: no longer than a worker stays awake. Only narrow vectors take as long
    /// for a step below <see cref="LeastWork"/>.
    /// </summary>
    private const double CloseGap = 100;

    /// <summary>Microseconds for which steps have followed each other closely before workers are woken: more than waking takes, and more than a single step.</summary>
    private const double CloseFor = 200;

    private int _attempts;
    private long _lastAsked, _closeSince;

    /// <summary>Multiply-adds between two meetings below which parts would wait for each other longer than they save themselves, on the processors where the threads are.</summary>
    internal long LeastStep { get; }

    /// <summary>Multiply-adds of a step below which workers gain nothing even if they are awake: a call costs somewhat more than a meeting.</summary>
    internal long LeastAwake { get; }

    /// <summary>How often work was divided, for tests.</summary>
    internal int Calls => Volatile.Read(ref _call);

    /// <summary>How often workers were woken for steps to come, for tests.</summary>
    internal int Attempts => Volatile.Read(ref _attempts);

    /// <summary>
    /// Whether a step of so many multiply-adds had better be divided: if it is large, or if it is not small and all workers are awake. If they are not, they may be
    /// woken for later steps. A team that was disposed divides nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Divides(long multiplyAdds) => Threads > 1 && !Volatile.Read(ref _isDisposed)
        && (multiplyAdds >= LeastWork || DividesAll || (multiplyAdds >= LeastAwake && AreAwakeOrWoken()));

    /// <summary>Does all parts of a step; alone, if the team is at work for another caller.</summary>
    internal void RunStep<TWork>(scoped ref TWork work, int parts) where TWork : struct, IPartedWork, allows ref struct
    {
        parts = Math.Min(parts, Threads);
        if (parts <= 1 || !TryEnter())
        {
            work.Run(0, 1);
        }
        else
        {
            RunEntered(ref work, parts);
        }
    }

    /// <summary>Wakes all workers; they stay awake for some microseconds.</summary>
    internal void Wake()
    {
        if (!Volatile.Read(ref _isDisposed))
        {
            var nothing = new Nothing();
            RunStep(ref nothing, Threads);
        }
    }

    /// <summary>The least multiply-adds between two meetings, and of a step that is divided while workers are awake: large ones alone, where threads have no processors of their own.</summary>
    private static (long Step, long Awake) LeastOf(double meetingTime)
    {
        bool haveProcessors = double.IsFinite(meetingTime);
        long step = (long)((meetingTime <= SlowMeeting ? Math.Max(meetingTime, FastMeeting) : UnknownMeeting) * PerNanosecond);
        return (step, haveProcessors ? Math.Min(step * 3 / 2, LeastWork) : LeastWork);
    }

    private bool AreAwakeOrWoken()
    {
        if (Volatile.Read(ref _sleeping) == 0)
        {
            return true;
        }

        long now = Stopwatch.GetTimestamp(), last = _lastAsked;
        _lastAsked = now;
        if (Microseconds(last, now) > CloseGap)
        {
            _closeSince = now;
        }
        else if (Microseconds(_closeSince, now) > CloseFor && Monitor.TryEnter(_door))
        {
            _closeSince = now;
            _attempts++;
            Monitor.PulseAll(_door);
            Monitor.Exit(_door);
        }

        return false;
    }

    private static double Microseconds(long start, long end) => Stopwatch.GetElapsedTime(start, end).TotalMicroseconds;

    /// <summary>What only wakes.</summary>
    private readonly struct Nothing : IPartedWork
    {
        public void Run(int part, int parts)
        {
        }
    }
}
