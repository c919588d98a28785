using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>How far a run is: visits made, and about how long the others will take, as long as a row's last visit did or, of a new row, as long as rows did on average.</summary>
internal sealed class RowProgress(IReadOnlyList<Workload> rows, int passes)
{
    private readonly Queue<Workload> _left = new(Enumerable.Repeat(rows, passes).SelectMany(row => row));
    private readonly Dictionary<Workload, double> _seconds = [];
    private long _start;

    /// <summary>The next visit begins.</summary>
    public void Begin() => _start = Stopwatch.GetTimestamp();

    /// <summary>It ends.</summary>
    public string End()
    {
        _seconds[_left.Dequeue()] = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        int all = rows.Count * passes;
        double average = _seconds.Values.Average(), left = _left.Sum(row => _seconds.GetValueOrDefault(row, average));
        return $"[{all - _left.Count} of {all}{(_left.Count > 0 ? $", about {Time(left)} of rows left" : "")}]";
    }

    private static string Time(double seconds) => seconds < 60 ? $"{seconds:0} s" : $"{Show.Number(seconds / 60)} minutes";
}
