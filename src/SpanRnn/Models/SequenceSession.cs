using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>One stream through a model, a step at a time.</summary>
/// <inheritdoc/>
public sealed class SequenceSession : StreamSession
{
    private readonly Slab _output, _input;
    private FrozenModel _weights;

    internal SequenceSession(FrozenModel weights, WorkerTeam? team) : base(weights.Stack, team)
    {
        _weights = weights;
        _output = Slab.Rent(Block.Pad(weights.OutputSize));
        _input = Slab.Rent(Block.Pad(weights.InputSize));
    }

    /// <summary>Numbers a step gives.</summary>
    public int OutputSize => _weights.OutputSize;

    /// <summary>The weights that the next step uses.</summary>
    public FrozenModel Weights => Volatile.Read(ref _weights);

    private protected override StreamStack Stack => Weights.Stack;

    /// <summary>Goes on with other weights from the next step on. Any thread may call it at any time: a step uses either the old ones or the new.</summary>
    /// <exception cref="ArgumentException">The weights are of a model of other sizes; the old ones stay.</exception>
    public void Use(FrozenModel weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.CheckShape(_weights);
        Volatile.Write(ref _weights, weights);
    }

    /// <summary>Reads one token and gives a logit for each output.</summary>
    /// <param name="token">0 to the vocabulary's size - 1.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted.</param>
    /// <exception cref="ArgumentException">output has another length; the state is untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Step(int token, Span<float> output)
    {
        FrozenModel weights = Weights;
        weights.CheckTokens([token]);
        Checks.LengthOrEmpty("output", output.Length, weights.OutputSize, "one for each output");
        Step(weights, ref weights.Row(token, ref _input.Origin), output);
    }

    /// <summary>Reads one step of numbers and gives the outputs.</summary>
    /// <param name="input">I numbers.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted. May be input.</param>
    /// <exception cref="ArgumentException">A span has another length; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        FrozenModel weights = Weights;
        weights.CheckTakesNumbers();
        Checks.Length("input", input.Length, weights.InputSize, "one step");
        Checks.LengthOrEmpty("output", output.Length, weights.OutputSize, "one for each output");
        Step(weights, ref MemoryMarshal.GetReference(input), output);
    }

    /// <summary>Reads tokens one after the other and gives each one's logits.</summary>
    /// <param name="tokens">T of them.</param>
    /// <param name="outputs">[T, <see cref="OutputSize"/>]; empty if not wanted.</param>
    /// <exception cref="ArgumentException">outputs has another length; the state is untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Run(ReadOnlySpan<int> tokens, Span<float> outputs)
    {
        FrozenModel weights = Weights;
        weights.CheckTokens(tokens);
        Checks.LengthOrEmpty("outputs", outputs.Length, (long)tokens.Length * weights.OutputSize, "one row for each step");
        for (int t = 0; t < tokens.Length; t++)
        {
            Step(tokens[t], outputs.IsEmpty ? outputs : outputs.Slice(t * weights.OutputSize, weights.OutputSize));
        }
    }

    /// <summary>Reads steps of numbers one after the other and gives each one's outputs.</summary>
    /// <param name="inputs">[T, I].</param>
    /// <param name="outputs">[T, <see cref="OutputSize"/>]; empty if not wanted. May be inputs where the sizes are equal, but not overlap them otherwise.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or they overlap; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        FrozenModel weights = Weights;
        weights.CheckTakesNumbers();
        int steps = FrozenChecks.Steps("inputs", inputs, weights.InputSize, "outputs", outputs, weights.OutputSize);
        for (int t = 0; t < steps; t++)
        {
            Step(
                inputs.Slice(t * weights.InputSize, weights.InputSize),
                outputs.IsEmpty ? outputs : outputs.Slice(t * weights.OutputSize, weights.OutputSize));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _output.Dispose();
        _input.Dispose();
    }

    private protected override void PrewarmHead(ref float h) => Weights.Prewarm(ref h, ref _input.Origin, ref _output.Origin, State.Team);

    private void Step(FrozenModel weights, ref float x, Span<float> output)
    {
        weights.Step(State, ref x, ref _output.Origin);
        _output.Span[..output.Length].CopyTo(output);
    }
}
