using System.Diagnostics;

namespace SpanRnn.Samples.StreamServer;

/// <summary>What the server has done: sums since the start, and a window of the last requests and seconds.</summary>
/// <remarks>The batching loop writes, requests read; a reader may see a request whose batch it does not see yet.</remarks>
internal sealed class Metrics
{
    private const int Window = 4096, Seconds = 8;

    private readonly long[] _latencies = new long[Window];
    private readonly long[] _secondOf = new long[Seconds], _stepsOf = new long[Seconds];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _steps, _batches, _requests, _rejected;

    /// <summary>Steps of all streams.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>How often streams were stepped together.</summary>
    public long Batches => Volatile.Read(ref _batches);

    /// <summary>Requests that were answered.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests that found the queue full.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Streams of a batch, in the mean.</summary>
    public double MeanBatch => Batches == 0 ? 0 : (double)Steps / Batches;

    public void AddBatch(int rows)
    {
        long second = (long)Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        int slot = (int)(second % Seconds);
        if (_secondOf[slot] != second)
        {
            Volatile.Write(ref _stepsOf[slot], 0);
            Volatile.Write(ref _secondOf[slot], second);
        }

        Volatile.Write(ref _stepsOf[slot], _stepsOf[slot] + rows);
        Volatile.Write(ref _batches, _batches + 1);
        Volatile.Write(ref _steps, _steps + rows);
    }

    /// <param name="ticks">From the request's arrival to its last output.</param>
    public void AddRequest(long ticks)
    {
        Volatile.Write(ref _latencies[_requests % Window], ticks);
        Volatile.Write(ref _requests, _requests + 1);
    }

    public void AddRejection() => Interlocked.Increment(ref _rejected);

    /// <summary>Steps of each of the last whole seconds, in the mean.</summary>
    public double StepsPerSecond()
    {
        double now = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        long second = (long)now, sum = 0;
        for (int slot = 0; slot < Seconds; slot++)
        {
            long of = Volatile.Read(ref _secondOf[slot]);
            sum += of < second && of > second - Seconds ? Volatile.Read(ref _stepsOf[slot]) : 0;
        }

        return second == 0 ? Steps / now : (double)sum / Math.Min(second, Seconds - 1);
    }

    /// <summary>The times of the last requests, from arrival to the last output.</summary>
    public LatencyRecorder Latencies()
    {
        var times = new LatencyRecorder(Window);
        for (int i = 0; i < Math.Min(Requests, Window); i++)
        {
            times.AddTicks(Volatile.Read(ref _latencies[i]));
        }

        return times;
    }
}
