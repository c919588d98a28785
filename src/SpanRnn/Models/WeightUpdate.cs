using SpanRnn.Kernels;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>The optimizer's pass over a part of one layer's weights.</summary>
internal ref struct WeightUpdate : IPartedWork
{
    public Optimizer Optimizer;
    public ParameterSet Weights, Gradients;
    public float Scale;
    public int Start, Length;

    public readonly void Run(int part, int parts)
    {
        int blocks = Length / Block.Size;
        int first = (int)((long)blocks * part / parts) * Block.Size, end = (int)((long)blocks * (part + 1) / parts) * Block.Size;
        Optimizer.UpdateRange(Weights, Gradients, Scale, Start + first, end - first);
    }
}
