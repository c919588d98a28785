using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>A client's stream: its state, and who may touch it now.</summary>
/// <remarks>A session serves one at a time. So whoever steps, copies or closes it takes it first, and a second request meanwhile is refused.</remarks>
internal sealed class ServedStream(string id, SequenceSession session)
{
    private int _isTaken;
    private long _usedAt, _steps;

    public string Id => id;

    public SequenceSession Session => session;

    /// <summary>When it was used last, in the ticks of the table's clock.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>Steps since it was opened. Written by the batching loop.</summary>
    public long Steps
    {
        get => Volatile.Read(ref _steps);
        set => Volatile.Write(ref _steps, value);
    }

    /// <summary>Whether the caller has it now; then it must <see cref="Release"/> it, or close it for good.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _isTaken, 1, 0) == 0;

    public void Release() => Volatile.Write(ref _isTaken, 0);
}
