using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>Recurrent layers' weights at one moment, packed for single steps: immutable, shared by any number of sessions and threads.</summary>
/// <remarks>The memory is the garbage collector's: it lasts as long as a session steps with it, and there is nothing to dispose.</remarks>
public sealed class FrozenRecurrent
{
    internal FrozenRecurrent(StreamStack stack, int inputSize, int outputSize) => (Stack, InputSize, OutputSize) = (stack, inputSize, outputSize);

    /// <summary>Numbers of a step's input: I.</summary>
    public int InputSize { get; }

    /// <summary>Numbers of a step's output: S of the last layer.</summary>
    public int OutputSize { get; }

    /// <summary>How the weights are kept.</summary>
    public WeightFormat Format => Stack.Format;

    /// <summary>Bytes of weights that a step reads.</summary>
    public long WeightBytes => Stack.Bytes;

    internal StreamStack Stack { get; }

    /// <summary>A state of its own, to be stepped with these weights.</summary>
    /// <param name="team">Threads that share the steps of layers large enough to gain by it, with the same bits; null for the caller's alone.</param>
    public RecurrentSession CreateSession(WorkerTeam? team = null) => new(this, team);
}
