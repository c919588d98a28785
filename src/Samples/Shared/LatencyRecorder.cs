using System.Diagnostics;
using System.Globalization;

namespace SpanRnn.Samples;

/// <summary>Times of a repeated piece of work, in ticks of <see cref="Stopwatch"/>, kept one by one in an array that was taken before.</summary>
/// <remarks><see cref="Add"/> allocates nothing. Beyond the capacity times are counted but not kept.</remarks>
internal sealed class LatencyRecorder(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private bool _isSorted;

    /// <summary>Times that were kept.</summary>
    public int Count { get; private set; }

    /// <summary>Times that found no place.</summary>
    public long Dropped { get; private set; }

    /// <summary>The sum of all times kept.</summary>
    public TimeSpan Total
    {
        get
        {
            long sum = 0;
            foreach (long ticks in _ticks.AsSpan(0, Count))
            {
                sum += ticks;
            }

            return Stopwatch.GetElapsedTime(0, sum);
        }
    }

    /// <summary>Keeps the time since a timestamp.</summary>
    /// <param name="begun">What <see cref="Stopwatch.GetTimestamp"/> gave before the work.</param>
    public void Add(long begun) => AddTicks(Stopwatch.GetTimestamp() - begun);

    /// <summary>Keeps a time.</summary>
    public void AddTicks(long ticks)
    {
        if (Count == _ticks.Length)
        {
            Dropped++;
            return;
        }

        _ticks[Count++] = ticks;
        _isSorted = false;
    }

    /// <summary>Forgets all times.</summary>
    public void Clear() => (Count, Dropped) = (0, 0);

    /// <summary>The time that a share of all do not exceed, by nearest rank: the least that at least so many are at most as long as. In microseconds.</summary>
    /// <param name="share">0 to 1: 0.5 is the median, 1 the worst.</param>
    public double Microseconds(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        Span<long> kept = _ticks.AsSpan(0, Count);
        if (!_isSorted)
        {
            kept.Sort();
            _isSorted = true;
        }

        return kept[Math.Clamp((int)Math.Ceiling(share * Count) - 1, 0, Count - 1)] * 1e6 / Stopwatch.Frequency;
    }

    /// <summary>How many took longer than that.</summary>
    public int CountAbove(double microseconds)
    {
        int count = 0;
        foreach (long ticks in _ticks.AsSpan(0, Count))
        {
            count += ticks * 1e6 / Stopwatch.Frequency > microseconds ? 1 : 0;
        }

        return count;
    }

    /// <summary>One line: <c>p50 3.1 us, p99 3.4 us, p99.9 6.0 us, worst 21 us</c>.</summary>
    public override string ToString() =>
        $"p50 {Text(Microseconds(0.5))}, p99 {Text(Microseconds(0.99))}, p99.9 {Text(Microseconds(0.999))}, worst {Text(Microseconds(1))}";

    /// <summary>A time with three digits that count.</summary>
    public static string Text(double microseconds) => microseconds < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{microseconds:G3} us")
        : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:G3} ms");
}
