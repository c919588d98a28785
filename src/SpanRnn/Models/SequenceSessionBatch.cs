using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>Steps many independent sessions at once: their states are gathered into one matrix product, so that weights are read once for all.</summary>
/// <remarks>
/// Each session gets the bits of its own <c>Step</c>. Sessions that follow each other and use the same weights are multiplied together. A step
/// allocates nothing. One thread at a time, and none of the sessions may be stepped elsewhere meanwhile.
/// </remarks>
public sealed class SequenceSessionBatch : IDisposable
{
    private readonly FrozenModel _shape;
    private readonly FrozenModel[] _weights;
    private readonly SessionRows _rows;
    private readonly Slab _outputs;
    private readonly int _stride;

    /// <param name="weights">Of a model of the sessions' sizes.</param>
    /// <param name="maxSessions">How many sessions a step has at most.</param>
    /// <param name="team">Threads that share the work, with the same bits; null for the caller's alone. It is not disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSessions"/> is not positive.</exception>
    public SequenceSessionBatch(FrozenModel weights, int maxSessions, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSessions);
        (_shape, _stride) = (weights, Block.Pad(weights.OutputSize));
        _weights = new FrozenModel[maxSessions];
        _rows = new SessionRows(weights.Stack, weights.InputSize, maxSessions, team);
        _outputs = Slab.Rent((long)maxSessions * _stride);
    }

    /// <summary>One step of numbers of each session.</summary>
    /// <param name="sessions">B of them, none twice.</param>
    /// <param name="inputs">[B, I].</param>
    /// <param name="outputs">Gets [B, outputs]; empty if not wanted. May be inputs.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a session stands there twice, or is of a model of other sizes; all states are untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    /// <exception cref="ObjectDisposedException">This or a session was disposed.</exception>
    public void StepMany(ReadOnlySpan<SequenceSession> sessions, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        _shape.CheckTakesNumbers();
        Checks.Length("inputs", inputs.Length, (long)sessions.Length * _shape.InputSize, "[B, I]");
        Begin(sessions, outputs);
        for (int i = 0; i < sessions.Length; i++)
        {
            inputs.Slice(i * _shape.InputSize, _shape.InputSize).CopyTo(_rows.InputRow(i));
        }

        Run(outputs, sessions.Length);
    }

    /// <summary>One token of each session.</summary>
    /// <param name="sessions">B of them, none twice.</param>
    /// <param name="tokens">[B].</param>
    /// <param name="outputs">Gets [B, outputs]; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a session stands there twice, or is of a model of other sizes; all states are untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; all states are untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="ObjectDisposedException">This or a session was disposed.</exception>
    public void StepMany(ReadOnlySpan<SequenceSession> sessions, ReadOnlySpan<int> tokens, Span<float> outputs)
    {
        _shape.CheckTokens(tokens);
        Checks.Length("tokens", tokens.Length, sessions.Length, "one for each session");
        Begin(sessions, outputs);
        for (int i = 0; i < sessions.Length; i++)
        {
            Span<float> room = _rows.InputRow(i);
            ref float row = ref _weights[i].Row(tokens[i], ref MemoryMarshal.GetReference(room));
            MemoryMarshal.CreateReadOnlySpan(ref row, _shape.InputSize).CopyTo(room);
        }

        Run(outputs, sessions.Length);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _rows.Dispose();
        _outputs.Dispose();
    }

    private void Begin(ReadOnlySpan<SequenceSession> sessions, Span<float> outputs)
    {
        Checks.LengthOrEmpty("outputs", outputs.Length, (long)sessions.Length * _shape.OutputSize, "[B, outputs]");
        _rows.Begin(sessions.Length);
        for (int i = 0; i < sessions.Length; i++)
        {
            _weights[i] = sessions[i].Weights;
            _weights[i].CheckShape(_shape);
            _rows.Add(sessions[i].State, _weights[i].Stack);
        }
    }

    private void Run(Span<float> outputs, int sessions)
    {
        for (int first = 0, count; first < sessions; first += count)
        {
            count = _rows.RunFrom(first);
            ref float h = ref _rows.Step(first, count, out int stride);
            if (outputs.IsEmpty)
            {
                continue;
            }

            _weights[first].HeadOf(ref h, stride, ref _outputs.Origin, _stride, count);
            for (int i = 0; i < count; i++)
            {
                Rows.Row(ref _outputs.Origin, i, _stride, _shape.OutputSize).CopyTo(outputs.Slice((first + i) * _shape.OutputSize, _shape.OutputSize));
            }
        }
    }
}
