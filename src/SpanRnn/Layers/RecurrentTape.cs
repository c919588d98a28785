using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>The planned memory of a <see cref="Recurrent"/> run: what forward wrote and backward needs. Reused for every batch that fits.</summary>
public sealed class RecurrentTape : IDisposable
{
    internal RecurrentTape(Recurrent owner, int maxSteps, int maxBatch, bool training, WorkerTeam? team)
    {
        Owner = owner;
        Stack = new StackTape(owner.Stack, maxSteps, maxBatch, training, team);
    }

    /// <summary>The largest T it was planned for.</summary>
    public int MaxSteps => Stack.Timeline.MaxSteps;

    /// <summary>The largest B it was planned for.</summary>
    public int MaxBatch => Stack.Timeline.MaxBatch;

    /// <summary>Whether it can serve <see cref="Recurrent.Backward"/>.</summary>
    public bool IsForTraining => Stack.IsForTraining;

    /// <summary>The memory it holds.</summary>
    public long Bytes => Stack.Bytes;

    internal Recurrent Owner { get; }

    internal StackTape Stack { get; }

    /// <summary>Whether a forward run has filled it.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => Stack.Dispose();
}
