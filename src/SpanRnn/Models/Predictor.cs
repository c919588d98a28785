using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>Runs batches of whole sequences through a <see cref="SequenceModel"/>: logits, values or probabilities.</summary>
/// <remarks>
/// Arrays are time-major, as the <see cref="Trainer"/>'s: tokens [T, B], numbers [T, B, I]; outputs [T, B, Outputs] for a head of
/// every step (0 past a length), else [B, Outputs]. Memory is planned once, a call allocates nothing, every sequence starts from zero
/// states, and a sequence's results do not depend on the others of its batch. A predictor serves one thread at a time; any number of
/// them may share a model. For one stream that arrives step by step see <see cref="SequenceSession"/>.
/// </remarks>
public sealed class Predictor : IDisposable
{
    private readonly SequenceModel _model;
    private readonly SequenceTape _tape;
    private readonly OutputKind _kind;

    /// <summary>Plans the memory.</summary>
    /// <param name="model">Stays the caller's.</param>
    /// <param name="steps">The largest T.</param>
    /// <param name="batch">The largest B.</param>
    /// <param name="kind">What the outputs are.</param>
    /// <param name="team">Threads that share the work, with the same bits; null for the caller's alone. It is not disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or there is no such kind.</exception>
    public Predictor(SequenceModel model, int steps, int batch = 1, OutputKind kind = OutputKind.Raw, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)kind, (uint)OutputKind.Softmax, nameof(kind));
        (_model, _kind) = (model, kind);
        _tape = new SequenceTape(model, steps, batch, training: false, team);
    }

    /// <summary>A batch of tokens.</summary>
    /// <param name="tokens">[T, B].</param>
    /// <param name="outputs">Written: [T, B, Outputs], or [B, Outputs] where the head sees whole sequences.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token does not exist.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    public void Predict(ReadOnlySpan<int> tokens, Span<float> outputs, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        _tape.Begin(_model, tokens.Length / Math.Max(1, batch), batch, lengths);
        _model.SetInput(_tape, tokens);
        Run(outputs);
    }

    /// <summary>A batch of numbers.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="outputs">Written: [T, B, Outputs], or [B, Outputs] where the head sees whole sequences.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    public void Predict(ReadOnlySpan<float> x, Span<float> outputs, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        _tape.Begin(_model, x.Length / Math.Max(1, batch * _model.Options.Recurrent.InputSize), batch, lengths);
        _model.SetInput(_tape, x);
        Run(outputs);
    }

    /// <summary>Returns the memory to the pool; the model stays.</summary>
    public void Dispose() => _tape.Dispose();

    private void Run(Span<float> outputs)
    {
        int size = _model.Options.Outputs;
        Checks.Length("outputs", outputs.Length, (long)_tape.UserRows * size, $"[{_tape.UserRows} rows, {size}]");
        _model.Forward(_tape, dropout: null);
        RowView logits = _tape.Logits;
        OutputActivation.Apply(_model.Isa, _kind, logits, size);
        if (logits.Count < _tape.UserRows)
        {
            outputs.Clear();
        }

        Rows.Scatter(ref logits.Origin, logits.Stride, _tape.UserRowsOfLogits, ref MemoryMarshal.GetReference(outputs), size, size);
    }
}
