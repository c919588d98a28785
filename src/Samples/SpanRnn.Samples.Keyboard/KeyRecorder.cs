using System.Diagnostics;

namespace SpanRnn.Samples.Keyboard;

/// <summary>Lets a suggester read keys and records the time and the managed bytes of each.</summary>
/// <remarks>
/// The runtime counts a thread's bytes by the buffer it allocates from, and a collection that another thread causes closes that buffer, the rest
/// of it counted. So keys during which a collection ran tell nothing of bytes; they are counted apart, their times are not.
/// </remarks>
internal sealed class KeyRecorder(int capacity)
{
    /// <summary>Of all keys.</summary>
    public LatencyRecorder Times { get; } = new(capacity);

    /// <summary>Managed bytes that the keys allocated which no collection met.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Keys that a collection met.</summary>
    public int MetByCollection { get; private set; }

    public void Read(Suggester suggester, int token)
    {
        int collections = GC.CollectionCount(0);
        long before = GC.GetAllocatedBytesForCurrentThread(), begun = Stopwatch.GetTimestamp();
        suggester.Read(token);
        Times.Add(begun);
        long after = GC.GetAllocatedBytesForCurrentThread();
        bool isMet = GC.CollectionCount(0) != collections;
        MetByCollection += isMet ? 1 : 0;
        AllocatedBytes += isMet ? 0 : after - before;
    }
}
