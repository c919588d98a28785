using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Models;

/// <summary>One stream through a model, a step at a time: it owns the state, the model's weights are shared.</summary>
/// <remarks>
/// A step allocates nothing and gives the same bits as running the whole sequence at once. A session serves one thread at a
/// time; any number of sessions may share a model. Call <see cref="Reset"/> where one stream ends and the next, unrelated one begins.
/// </remarks>
public sealed class SequenceSession : IDisposable
{
    private readonly SequenceModel _model;
    private readonly StackSession _session;
    private readonly Slab _output;

    internal SequenceSession(SequenceModel model)
    {
        _model = model;
        _session = new StackSession(model.Stack);
        _output = Slab.Rent(Block.Pad(model.Options.Outputs));
    }

    /// <summary>Numbers a step gives.</summary>
    public int OutputSize => _model.Options.Outputs;

    /// <summary>Sets the state to zeros, the start of a sequence.</summary>
    public void Reset() => _session.Reset();

    /// <summary>Reads one token and gives a logit for each output.</summary>
    /// <param name="token">0 to the vocabulary's size - 1.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted.</param>
    /// <exception cref="ArgumentException">output has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    public void Step(int token, Span<float> output)
    {
        Checks.LengthOrEmpty("output", output.Length, OutputSize, "one for each output");
        _model.Step(_session, token, Row);
        _output.Span[..output.Length].CopyTo(output);
    }

    /// <summary>Reads one step of numbers and gives the outputs.</summary>
    /// <param name="input">I numbers.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted. May be input.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        Checks.LengthOrEmpty("output", output.Length, OutputSize, "one for each output");
        if (_model.TakesTokens)
        {
            throw new InvalidOperationException("The model takes tokens, not numbers: it has an embedding.");
        }

        Checks.Length("input", input.Length, _model.Options.Recurrent.InputSize, "one step");
        _model.Step(_session, ref MemoryMarshal.GetReference(input), Row);
        _output.Span[..output.Length].CopyTo(output);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _session.Dispose();
        _output.Dispose();
    }

    private RowView Row => new(ref _output.Origin, 1, _output.Length);
}
