using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>y = b + W x packed for steps: a dense head, never changed.</summary>
internal abstract class StreamDense
{
    /// <summary>Bytes of weights that a step reads.</summary>
    public abstract long Bytes { get; }

    /// <summary>One row; y is padded to whole blocks.</summary>
    /// <param name="x">W's columns.</param>
    /// <param name="y">W's rows.</param>
    /// <param name="team">Threads that share steps large enough.</param>
    public abstract void Step(ref float x, ref float y, WorkerTeam? team);

    /// <summary>Many rows: to the bit what <see cref="Step"/> gives each.</summary>
    public abstract void StepRows(ref float x, int xStride, ref float y, int yStride, int count);
}
