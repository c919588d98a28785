using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Optimizers;

/// <summary>One step of <see cref="RmsProp"/> over a range of the arena.</summary>
internal ref struct RmsPropPass : IKernel
{
    public ref float Weight, Square, Mean, Buffer;
    public ref readonly float Gradient;
    public nint Length;
    public bool Centered, HasMomentum;
    public float Scale, Decay, Blend, Momentum, Step, EpsilonUnder, EpsilonBeside;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        V scale = V.Of(Scale), decay = V.Of(Decay), blend = V.Of(Blend), momentum = V.Of(Momentum), step = V.Of(Step);
        V under = V.Of(EpsilonUnder), beside = V.Of(EpsilonBeside);
        for (nint i = 0; i < Length; i += V.Width)
        {
            V w = V.Load(in Unsafe.Add(ref Weight, i));
            V g = V.Fma(decay, w, V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Gradient), i)) * scale);
            V u = Average.Blend(ref Unsafe.Add(ref Square, i), blend, g, g);
            if (Centered)
            {
                V mean = Average.Blend(ref Unsafe.Add(ref Mean, i), blend, g);
                u = V.Max(V.Of(0f), V.FmaNegated(mean, mean, u)); // NaN goes through
            }

            V d = g / (V.Sqrt(u + under) + beside);
            if (HasMomentum)
            {
                ref float buffer = ref Unsafe.Add(ref Buffer, i);
                d = LaneMath.Flush(V.Fma(momentum, V.Load(in buffer), d));
                d.Store(ref buffer);
            }

            V.FmaNegated(step, d, w).Store(ref Unsafe.Add(ref Weight, i));
        }
    }
}
