using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>One stream through a model, a step at a time: it owns the state, the model's weights are shared.</summary>
/// <remarks>
/// A step allocates nothing and gives the same bits as running the whole sequence at once. A session serves one thread at a
/// time; any number of sessions may share a model. Call <see cref="Reset"/> where one stream ends and the next, unrelated one begins.
/// </remarks>
public sealed class SequenceSession : IDisposable
{
    private readonly SequenceModel _model;
    private readonly SequenceTape _tape;

    internal SequenceSession(SequenceModel model)
    {
        if (model.Options.Recurrent.Bidirectional)
        {
            throw new InvalidOperationException("A bidirectional model cannot be stepped: it needs the end of a sequence before its start.");
        }

        _model = model;
        _tape = new SequenceTape(model, maxSteps: 1, maxBatch: 1, training: false);
        _tape.Timeline.Set(1, 1, []);
        Reset();
    }

    /// <summary>Numbers a step gives.</summary>
    public int OutputSize => _model.Options.Outputs;

    /// <summary>Sets the state to zeros, the start of a sequence.</summary>
    public void Reset()
    {
        StackStates.SetInitial(_model.Stack, _tape.Stack, StackStates.Part.Hidden, []);
        StackStates.SetInitial(_model.Stack, _tape.Stack, StackStates.Part.Cell, []);
    }

    /// <summary>Reads one token and gives a logit for each output.</summary>
    /// <param name="token">0 to the vocabulary's size - 1.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted.</param>
    /// <exception cref="ArgumentException">output has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    public void Step(int token, Span<float> output)
    {
        Checks.LengthOrEmpty("output", output.Length, OutputSize, "one for each output");
        _model.SetInput(_tape, [token]);
        Run(output);
    }

    /// <summary>Reads one step of numbers and gives the outputs.</summary>
    /// <param name="input">I numbers.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted. May be input.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        Checks.LengthOrEmpty("output", output.Length, OutputSize, "one for each output");
        _model.SetInput(_tape, input);
        Run(output);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => _tape.Dispose();

    private void Run(Span<float> output)
    {
        _model.Forward(_tape, dropout: null);
        _tape.Logits[0, output.Length].CopyTo(output);
        StackStates.Advance(_model.Stack, _tape.Stack);
    }
}
