using System.Diagnostics;
using System.Globalization;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>A thread that does what chatty programs do, as fast as it can: lines of text, small lists, some of them kept for a while.</summary>
internal sealed class GarbageMaker : IDisposable
{
    private const int Kept = 4096, AtOnce = 64;

    private readonly Thread _thread;
    private readonly ManualResetEventSlim _go = new(), _rests = new();
    private readonly object?[] _kept = new object?[Kept];
    private volatile bool _isWanted, _isDisposed;
    private long _bytes, _started;
    private (int Collections, int Second, TimeSpan Pauses) _before;

    public GarbageMaker()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "garbage" };
        _thread.Start();
        _rests.Wait();
    }

    /// <summary>Bytes it allocated.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Seconds it was at work.</summary>
    public double Seconds { get; private set; }

    /// <summary>Collections of the process meanwhile, of all generations.</summary>
    public int Collections { get; private set; }

    /// <summary>Those that were of the oldest generation.</summary>
    public int FullCollections { get; private set; }

    /// <summary>Seconds for which the collector stopped all threads meanwhile.</summary>
    public double PauseSeconds { get; private set; }

    /// <summary>Lets it work.</summary>
    public void Start()
    {
        _before = Counters();
        _started = Stopwatch.GetTimestamp();
        _rests.Reset();
        _isWanted = true;
        _go.Set();
    }

    /// <summary>Stops it, and waits until it has.</summary>
    public void Pause()
    {
        _isWanted = false;
        _go.Reset();
        _rests.Wait();
        Seconds += Stopwatch.GetElapsedTime(_started).TotalSeconds;
        (int Collections, int Second, TimeSpan Pauses) now = Counters();
        Collections += now.Collections - _before.Collections;
        FullCollections += now.Second - _before.Second;
        PauseSeconds += (now.Pauses - _before.Pauses).TotalSeconds;
    }

    public void Dispose()
    {
        _isWanted = false;
        _isDisposed = true;
        _go.Set();
        _thread.Join();
        _go.Dispose();
        _rests.Dispose();
    }

    private static (int Collections, int Second, TimeSpan Pauses) Counters() => (GC.CollectionCount(0), GC.CollectionCount(2), GC.GetTotalPauseDuration());

    private void Work()
    {
        int turn = 0;
        while (!_isDisposed)
        {
            while (_isWanted)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < AtOnce; i++)
                {
                    turn = (turn + 1) % Kept;
                    string line = string.Create(CultureInfo.InvariantCulture, $"request {turn} of {DateTime.UtcNow.Ticks}: {i * 0.37:F3} ms");
                    _kept[turn] = new List<string>(line.Split(' ')) { line };
                }

                Interlocked.Add(ref _bytes, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            _rests.Set();
            _go.Wait();
        }
    }
}
