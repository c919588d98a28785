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
    /// <param name="x">I floats.</param>
    /// <param name="h">h.</param>
    /// <param name="c">c, and after it the layer's own room: <see cref="StreamScratch.Room"/> floats.</param>
    /// <param name="next">Gets the next h.</param>
    /// <param name="sums">Room of <see cref="StreamScratch.Sums"/> floats for each thread.</param>
    /// <param name="backwards">Whether units are done from the last to the first: in turns they find the weights that were read last in a near cache.</param>
    /// <param name="team">Threads that share steps large enough.</param>
    public abstract void Step(ref float x, ref float h, ref float c, ref float next, ref float sums, bool backwards, WorkerTeam? team);

    /// <summary>One step of many sequences: to the bit what <see cref="Step"/> gives each.</summary>
    public abstract void StepRows(RowBuffers rows, int xStride, int count);
}
