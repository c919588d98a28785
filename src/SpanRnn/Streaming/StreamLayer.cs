using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>One recurrent layer's weights packed for steps: never changed, shared by any number of sessions and threads.</summary>
internal abstract class StreamLayer
{
    /// <summary>I.</summary>
    public abstract int InputSize { get; }

    /// <summary>H.</summary>
    public abstract int Units { get; }

    /// <summary>Numbers in h: H, or the projection's size.</summary>
    public abstract int StateSize { get; }

    public abstract bool HasCellState { get; }

    /// <summary>Bytes of weights that a step reads.</summary>
    public abstract long Bytes { get; }

    /// <summary>What a step needs beside the states.</summary>
    public abstract StreamScratch Scratch { get; }

    /// <summary>One step of one sequence: (x, h, c) to (next, c), next not h.</summary>
    public abstract void Step(StreamRow row, bool backwards, WorkerTeam? team);

    /// <summary>One step of many sequences: to the bit what <see cref="Step"/> gives each.</summary>
    public abstract void StepRows(StreamRow rows, int xStride, int count);
}
