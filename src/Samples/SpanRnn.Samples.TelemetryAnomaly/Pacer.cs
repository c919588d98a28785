using System.Diagnostics;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>Ticks at a fixed rate against the clock, so that lateness of one tick does not move the next. Sleeps between them, never spins.</summary>
/// <param name="period">From one tick to the next.</param>
internal sealed class Pacer(TimeSpan period)
{
    private readonly double _ticks = period.TotalSeconds * Stopwatch.Frequency;
    private long _start, _count;

    /// <summary>Waits for the next tick; the first is now. Allocates nothing.</summary>
    /// <param name="stop">Ends the wait at once.</param>
    /// <returns>How late it is, in <see cref="Stopwatch"/> ticks. .NET's waits are in whole milliseconds, so about a millisecond is usual.</returns>
    public long Wait(CancellationToken stop)
    {
        long now = Stopwatch.GetTimestamp();
        if (_count == 0)
        {
            _start = now;
        }

        long due = _start + (long)(_ticks * _count++);
        while (now < due && !stop.IsCancellationRequested)
        {
            stop.WaitHandle.WaitOne((int)Math.Ceiling((due - now) * 1e3 / Stopwatch.Frequency));
            now = Stopwatch.GetTimestamp();
        }

        return Math.Max(0, now - due);
    }
}
