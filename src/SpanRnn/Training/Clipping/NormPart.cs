using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Workers;

namespace SpanRnn.Training.Clipping;

/// <summary>A part of the chunks of the sum of squares.</summary>
internal ref struct NormPart : IPartedWork
{
    public ReadOnlySpan<float> Gradients;
    public Span<float> Sums;
    public Isa Isa;

    public readonly void Run(int part, int parts)
    {
        var sums = new ChunkSums<SquareTerm>
        {
            Term = new SquareTerm(Gradients),
            Length = Gradients.Length,
            Sums = Sums,
            First = (int)((long)Sums.Length * part / parts),
            End = (int)((long)Sums.Length * (part + 1) / parts),
        };
        Isa.Run(ref sums);
    }
}
