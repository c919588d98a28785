using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>The sessions of one step of a batch, checked before any is touched, in runs that share their weights.</summary>
internal sealed class SessionRows : IDisposable
{
    private static long _calls;
    private readonly StreamStack _shape;
    private readonly StreamBatch _batch;
    private readonly StreamState[] _states;
    private readonly StreamStack[] _stacks;
    private int _count;
    private long _call;

    public SessionRows(StreamStack shape, int inputSize, int maxSessions, WorkerTeam? team)
    {
        _shape = shape;
        _batch = new StreamBatch(shape, inputSize, maxSessions, team);
        (_states, _stacks) = (new StreamState[maxSessions], new StreamStack[maxSessions]);
    }

    /// <summary>Takes so many sessions, which then are added.</summary>
    /// <exception cref="ArgumentException">They are more than planned.</exception>
    public void Begin(int sessions)
    {
        if (sessions > _states.Length)
        {
            throw new ArgumentException($"sessions: expected at most {_states.Length}, as planned, found {sessions}.");
        }

        _count = 0;
        _call = Interlocked.Increment(ref _calls);
    }

    /// <exception cref="ArgumentException">Its layers have other sizes, or it was added before.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Add(StreamState state, StreamStack stack)
    {
        FrozenChecks.SameShape(_shape, stack);
        state.CheckDisposed();
        if (!state.Join(_call))
        {
            throw new ArgumentException($"sessions[{_count}]: expected each session once, found one that stands before.");
        }

        (_states[_count], _stacks[_count]) = (state, stack);
        _count++;
    }

    /// <summary>The input's row of a session.</summary>
    public Span<float> InputRow(int session) => _batch.InputRow(session);

    /// <summary>How many sessions from one on share its weights.</summary>
    public int RunFrom(int first)
    {
        int end = first + 1;
        while (end < _count && ReferenceEquals(_stacks[end], _stacks[first]))
        {
            end++;
        }

        return end - first;
    }

    /// <summary>One step of a run; returns its last hidden states, rows <paramref name="stride"/> floats apart.</summary>
    public ref float Step(int first, int count, out int stride) => ref _batch.Step(_stacks[first], _states.AsSpan(first, count), first, out stride);

    public void Dispose() => _batch.Dispose();
}
