using System.Diagnostics;
using System.Globalization;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>A thread that does what chatty programs do, as fast as it can: lines of text, small lists, some of them kept for a while.</summary>
internal sealed class GarbageMaker : IDisposable
{
    private const int Kept = 4096, AtOnce = 64;

    private readonly Thread _thread;
    private readonly object _door = new();
    private readonly object?[] _kept = new object?[Kept];
    private volatile bool _isWanted;
    private bool _isWorking, _isDisposed;
    private long _bytes, _started;
    private int _turn;
    private (int Collections, int Second, TimeSpan Pauses) _before;

    public GarbageMaker()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "garbage" };
        _thread.Start();
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

    /// <summary>Lets it work, and waits until it does.</summary>
    public void Start()
    {
        _before = Counters();
        _started = Stopwatch.GetTimestamp();
        lock (_door)
        {
            _isWanted = true;
            Monitor.PulseAll(_door);
            while (!_isWorking)
            {
                Monitor.Wait(_door);
            }
        }
    }

    /// <summary>Stops it, and waits until it has.</summary>
    public void Pause()
    {
        lock (_door)
        {
            _isWanted = false;
            while (_isWorking)
            {
                Monitor.Wait(_door);
            }
        }

        Seconds += Stopwatch.GetElapsedTime(_started).TotalSeconds;
        (int Collections, int Second, TimeSpan Pauses) now = Counters();
        Collections += now.Collections - _before.Collections;
        FullCollections += now.Second - _before.Second;
        PauseSeconds += (now.Pauses - _before.Pauses).TotalSeconds;
    }

    public void Dispose()
    {
        lock (_door)
        {
            _isWanted = false;
            _isDisposed = true;
            Monitor.PulseAll(_door);
        }

        _thread.Join();
    }

    private static (int Collections, int Second, TimeSpan Pauses) Counters() => (GC.CollectionCount(0), GC.CollectionCount(2), GC.GetTotalPauseDuration());

    private void Work()
    {
        while (Enter())
        {
            do
            {
                MakeSome();
                Say(isWorking: true);
            }
            while (_isWanted);
            Say(isWorking: false);
        }
    }

    /// <summary>Waits until it shall work; false when it shall end.</summary>
    private bool Enter()
    {
        lock (_door)
        {
            while (!_isWanted && !_isDisposed)
            {
                Monitor.Wait(_door);
            }

            return !_isDisposed;
        }
    }

    private void Say(bool isWorking)
    {
        if (_isWorking != isWorking)
        {
            lock (_door)
            {
                _isWorking = isWorking;
                Monitor.PulseAll(_door);
            }
        }
    }

    private void MakeSome()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < AtOnce; i++)
        {
            _turn = (_turn + 1) % Kept;
            string line = string.Create(CultureInfo.InvariantCulture, $"request {_turn} of {DateTime.UtcNow.Ticks}: {i * 0.37:F3} ms");
            _kept[_turn] = new List<string>(line.Split(' ')) { line };
        }

        Interlocked.Add(ref _bytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
