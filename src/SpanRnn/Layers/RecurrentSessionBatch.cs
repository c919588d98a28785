using SpanRnn.Kernels;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>Steps many independent sessions at once: their states are gathered into one matrix product, so that weights are read once for all.</summary>
/// <remarks>
/// Each session gets the bits of its own <see cref="RecurrentSession.Step"/>. Sessions that follow each other and use the same weights are
/// multiplied together. A step allocates nothing. One thread at a time, and none of the sessions may be stepped elsewhere meanwhile.
/// </remarks>
public sealed class RecurrentSessionBatch : IDisposable
{
    private readonly FrozenRecurrent _weights;
    private readonly SessionRows _rows;

    /// <param name="weights">Of layers of the sessions' sizes.</param>
    /// <param name="maxSessions">How many sessions a step has at most.</param>
    /// <param name="team">Threads that share the work, with the same bits; null for the caller's alone. It is not disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSessions"/> is not positive.</exception>
    public RecurrentSessionBatch(FrozenRecurrent weights, int maxSessions, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSessions);
        _weights = weights;
        _rows = new SessionRows(weights.Stack, weights.InputSize, maxSessions, team);
    }

    /// <summary>One step of each session.</summary>
    /// <param name="sessions">B of them, none twice.</param>
    /// <param name="x">[B, I].</param>
    /// <param name="y">Gets [B, S]; empty if not wanted. May be x.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a session stands there twice, or its layers have other sizes; all states are untouched.</exception>
    /// <exception cref="ObjectDisposedException">This or a session was disposed.</exception>
    public void StepMany(ReadOnlySpan<RecurrentSession> sessions, ReadOnlySpan<float> x, Span<float> y)
    {
        (int inputs, int outputs) = (_weights.InputSize, _weights.OutputSize);
        Checks.Length("x", x.Length, (long)sessions.Length * inputs, "[B, I]");
        Checks.LengthOrEmpty("y", y.Length, (long)sessions.Length * outputs, "[B, S]");
        _rows.Begin(sessions.Length);
        for (int i = 0; i < sessions.Length; i++)
        {
            _rows.Add(sessions[i].State, sessions[i].Weights.Stack);
            x.Slice(i * inputs, inputs).CopyTo(_rows.InputRow(i));
        }

        for (int first = 0, count; first < sessions.Length; first += count)
        {
            count = _rows.RunFrom(first);
            ref float h = ref _rows.Step(first, count, out int stride);
            for (int i = 0; i < count && !y.IsEmpty; i++)
            {
                Rows.Row(ref h, i, stride, outputs).CopyTo(y.Slice((first + i) * outputs, outputs));
            }
        }
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => _rows.Dispose();
}
