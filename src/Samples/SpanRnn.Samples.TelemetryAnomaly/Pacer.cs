using System.Diagnostics;

namespace SpanRnn.Samples;

/// <summary>Ticks at a fixed rate against the clock, so that lateness of one tick does not move the next. Sleeps between them; never spins.</summary>
/// <param name="period">From one tick to the next.</param>
/// <param name="stop">Ends a wait at once.</param>
internal sealed class Pacer(TimeSpan period, CancellationToken stop)
{
    private readonly double _ticks = period.TotalSeconds * Stopwatch.Frequency;
    private long _start, _count;

    /// <summary>Waits for the next tick; the first is now.</summary>
    /// <returns>How late it is, in <see cref="Stopwatch"/> ticks: the operating system wakes a sleeper when it can.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public long Wait()
    {
        long now = Stopwatch.GetTimestamp();
        if (_count == 0)
        {
            _start = now;
        }

        long due = _start + (long)(_ticks * _count++);
        while (now < due)
        {
            stop.WaitHandle.WaitOne(Stopwatch.GetElapsedTime(now, due) + TimeSpan.FromMicroseconds(50));
            stop.ThrowIfCancellationRequested();
            now = Stopwatch.GetTimestamp();
        }

        stop.ThrowIfCancellationRequested();
        return now - due;
    }
}
