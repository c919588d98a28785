using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>How far a run is: visits made, and about how long the others will take, as long as a row's last visit did or, of a new row, as long as rows did on average.</summary>
internal sealed class RowProgress(IReadOnlyList<Workload> rows, int passes)
{
    private readonly Dictionary<Workload, double> _seconds = [];
    private int _done;
    private long _start;

    /// <summary>A visit begins.</summary>
    public void Begin() => _start = Stopwatch.GetTimestamp();

    /// <summary>A visit ends.</summary>
    public string End(Workload row)
    {
        _seconds[row] = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        _done++;
        double average = _seconds.Values.Average(), pass = rows.Sum(other => _seconds.GetValueOrDefault(other, average));
        int whole = passes - 1 - ((_done - 1) / rows.Count), within = _done % rows.Count;
        double left = (whole * pass) + (within == 0 ? 0 : rows.Skip(within).Sum(other => _seconds.GetValueOrDefault(other, average)));
        return $"[{_done} of {rows.Count * passes}{(left > 0 ? $", about {Left(left)} of rows left" : "")}]";
    }

    private static string Left(double seconds) => seconds < 60 ? $"{seconds:0} s" : $"{Show.Number(seconds / 60)} minutes";
}
