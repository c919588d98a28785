using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>One row of an element-wise loss: its terms to be summed, and the gradients written on the way.</summary>
internal ref struct ElementTerm<TLoss> : ITerm where TLoss : struct, IElementLoss
{
    public TLoss Rule;
    public ref readonly float Output, Target, Mask;
    public ref float Gradient;
    public bool HasMask, WritesGradients;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly V Add<V>(V sum, nint index) where V : struct, ILanes<V>
    {
        V a = V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Output), index)), y = V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Target), index));
        V loss = Rule.Loss(a, y, out V gradient);
        if (HasMask)
        {
            V mask = V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Mask), index));
            loss = V.IfLess(V.Of(0f), mask, loss, V.Of(0f));
            gradient = V.IfLess(V.Of(0f), mask, gradient, V.Of(0f));
        }

        if (WritesGradients)
        {
            LaneMath.Flush(gradient * V.Of(Scale)).Store(ref Unsafe.Add(ref Gradient, index));
        }

        return sum + loss;
    }
}
