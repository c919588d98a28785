using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>One stream through a stack of layers, a step at a time: it owns the state, the weights are shared.</summary>
/// <remarks>
/// A step allocates nothing, takes no lock, and gives the same bits as running the whole sequence at once. A session serves one thread
/// at a time; any number of sessions may share the weights, which must not be packed anew while they step.
/// </remarks>
public sealed class RecurrentSession : IDisposable
{
    private readonly Recurrent _layers;
    private readonly StackSession _session;

    internal RecurrentSession(Recurrent layers, WorkerTeam? team)
    {
        _layers = layers;
        _session = new StackSession(layers.Stack, team);
    }

    /// <summary>Sets all states to zero, the start of a sequence.</summary>
    public void Reset() => _session.Reset();

    /// <summary>One step: h[t] of the last layer from x[t] and the state.</summary>
    /// <param name="x">I numbers.</param>
    /// <param name="y">Gets S numbers, the last layer's hidden state; empty if not wanted. May be x.</param>
    /// <exception cref="ArgumentException">A span has the wrong length; the state is untouched.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        Checks.Length("x", x.Length, _layers.InputSize, "one step");
        Checks.LengthOrEmpty("y", y.Length, _layers.OutputSize, "one step");
        ref float h = ref _session.Step(ref MemoryMarshal.GetReference(x));
        MemoryMarshal.CreateReadOnlySpan(ref h, y.Length).CopyTo(y);
    }

    /// <summary>Reads the states: hidden [layers, S] and, of an LSTM, cell [layers, H]; empty if not wanted.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void CopyStateTo(Span<float> hidden, Span<float> cell) => Copy(hidden, cell, write: false);

    /// <summary>Sets the states: hidden [layers, S] and, of an LSTM, cell [layers, H]; empty leaves them.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void CopyStateFrom(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell) => Copy(
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(hidden), hidden.Length),
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(cell), cell.Length),
        write: true);

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => _session.Dispose();

    private void Copy(Span<float> hidden, Span<float> cell, bool write)
    {
        Checks.LengthOrEmpty("hidden", hidden.Length, _layers.HiddenStateSize, "[layers, S]");
        Checks.LengthOrEmpty("cell", cell.Length, _layers.CellStateSize, "[layers, H]");
        _session.CopyStates(hidden, cell, write);
    }
}
