using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Optimizers;

/// <summary>One step of <see cref="Adagrad"/> over a range of the arena.</summary>
internal ref struct AdagradPass : IKernel
{
    public ref float Weight, Sum;
    public ref readonly float Gradient;
    public nint Length;
    public float Scale, Decay, Step, EpsilonUnder, EpsilonBeside;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        V scale = V.Of(Scale), decay = V.Of(Decay), step = V.Of(Step), under = V.Of(EpsilonUnder), beside = V.Of(EpsilonBeside);
        for (nint i = 0; i < Length; i += V.Width)
        {
            V w = V.Load(in Unsafe.Add(ref Weight, i));
            V g = V.Fma(decay, w, V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Gradient), i)) * scale);
            V s = LaneMath.Flush(V.Fma(g, g, V.Load(in Unsafe.Add(ref Sum, i))));
            s.Store(ref Unsafe.Add(ref Sum, i));
            V.FmaNegated(step, g / (V.Sqrt(s + under) + beside), w).Store(ref Unsafe.Add(ref Weight, i));
        }
    }
}
