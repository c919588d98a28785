using System.Diagnostics;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>How far a run is: rows done and about how long the others will take, if they take as long as those before on average.</summary>
internal sealed class RowProgress(int rows)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _done;

    /// <summary>One more is done.</summary>
    public string Next()
    {
        _done++;
        double minutes = _clock.Elapsed.TotalMinutes / _done * (rows - _done);
        return $"[{_done} of {rows}, about {Show.Number(Math.Round(minutes, 1))} minutes left]";
    }
}
