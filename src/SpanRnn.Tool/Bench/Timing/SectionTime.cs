using System.Diagnostics;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>A section's part of the time: how much is left, whether the user wants to stop, and who is told how far it is.</summary>
/// <param name="seconds">Of this section.</param>
/// <param name="secondsAfter">Of the sections that follow: the time left that is shown is that of all.</param>
/// <param name="report">Gets the progress.</param>
/// <param name="stop">Ctrl+C.</param>
internal sealed class SectionTime(double seconds, double secondsAfter, Action<TrainingProgress> report, CancellationToken stop)
{
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _steps;

    public bool IsStopped => stop.IsCancellationRequested;

    /// <summary>Seconds until the section should end; never below zero.</summary>
    public double Left => Math.Max(0, seconds - Elapsed);

    private double Elapsed => Stopwatch.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>Tells that so many steps more were made.</summary>
    public void Did(long steps)
    {
        _steps += steps;
        Report(Math.Min(Elapsed / seconds, 0.99), Math.Max(1, Left + secondsAfter));
    }

    /// <summary>Tells that the section came to its end.</summary>
    public void End() => Report(1, 0);

    private void Report(double part, double left) => report(new TrainingProgress
    {
        Iteration = _steps,
        Iterations = long.MaxValue,
        Part = part,
        PerSecond = _steps / Math.Max(Elapsed, 1e-9),
        Unit = "steps",
        Seconds = Elapsed,
        SecondsLeft = left,
    });
}
