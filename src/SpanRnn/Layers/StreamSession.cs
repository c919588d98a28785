using System.Runtime.InteropServices;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>One stream that is run a step at a time: it owns the state, the weights are frozen and shared.</summary>
/// <remarks>
/// A step allocates nothing, and without a team of threads takes no lock, starts no thread and calls nothing of the system. It gives the same bits as running the whole
/// sequence at once. A session serves one thread at a time; any number of them may share weights.
/// </remarks>
public abstract class StreamSession : IDisposable
{
    private protected StreamSession(StreamStack stack, WorkerTeam? team) => State = new StreamState(stack, team);

    /// <summary>Numbers of all layers' hidden states.</summary>
    public int HiddenStateSize => State.HiddenSize;

    /// <summary>Numbers of all layers' cell states; 0 for cells without.</summary>
    public int CellStateSize => State.CellSize;

    /// <summary>Bytes of <see cref="WriteSnapshot"/>.</summary>
    public int SnapshotSize => StreamSnapshot.SizeOf(State);

    internal StreamState State { get; }

    /// <summary>The weights that the next step uses.</summary>
    private protected abstract StreamStack Stack { get; }

    /// <summary>Sets all states to zero, the start of a sequence.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Reset() => State.Reset();

    /// <summary>Runs two steps that leave no trace, so that the first real one finds its code compiled and the weights in a cache, if they fit.</summary>
    /// <remarks>This may allocate; call it before the stream starts.</remarks>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Prewarm() => PrewarmHead(ref State.Prewarm(Stack));

    /// <summary>Reads the states: hidden [layers, S] and, of an LSTM, cell [layers, H]; empty if not wanted.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void CopyStateTo(Span<float> hidden, Span<float> cell) => Copy(hidden, cell, write: false);

    /// <summary>Sets the states: hidden [layers, S] and, of an LSTM, cell [layers, H]; empty leaves them.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length; the state is untouched.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void CopyStateFrom(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell) => Copy(
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(hidden), hidden.Length),
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(cell), cell.Length),
        write: true);

    /// <summary>Writes the state as bytes, to go on from it later, elsewhere, or with weights of another format.</summary>
    /// <param name="snapshot"><see cref="SnapshotSize"/> bytes: a mark, the two sizes, then the states as little-endian floats.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void WriteSnapshot(Span<byte> snapshot) => StreamSnapshot.Write(State, snapshot);

    /// <summary>Sets the state to what <see cref="WriteSnapshot"/> wrote, of a session of layers of the same sizes.</summary>
    /// <exception cref="ArgumentException">It is no snapshot, or one of other layers; the state is untouched.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void ReadSnapshot(ReadOnlySpan<byte> snapshot) => StreamSnapshot.Read(State, snapshot);

    /// <summary>Returns the memory to the pool.</summary>
    public virtual void Dispose()
    {
        State.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What follows the layers.</summary>
    private protected virtual void PrewarmHead(ref float h)
    {
    }

    private void Copy(Span<float> hidden, Span<float> cell, bool write)
    {
        Checks.LengthOrEmpty("hidden", hidden.Length, HiddenStateSize, "[layers, S]");
        Checks.LengthOrEmpty("cell", cell.Length, CellStateSize, "[layers, H]");
        State.Copy(hidden, cell, write);
    }
}
