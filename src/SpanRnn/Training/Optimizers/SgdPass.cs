using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Optimizers;

/// <summary>One step of <see cref="Sgd"/> over a range of the arena.</summary>
internal ref struct SgdPass : IKernel
{
    public ref float Weight, Buffer;
    public ref readonly float Gradient;
    public nint Length;
    public bool HasMomentum, Nesterov;
    public float Scale, Decay, Momentum, Step;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        V scale = V.Of(Scale), decay = V.Of(Decay), momentum = V.Of(Momentum), step = V.Of(Step);
        for (nint i = 0; i < Length; i += V.Width)
        {
            V w = V.Load(in Unsafe.Add(ref Weight, i));
            V g = V.Fma(decay, w, V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Gradient), i)) * scale);
            if (HasMomentum)
            {
                ref float buffer = ref Unsafe.Add(ref Buffer, i);
                V b = LaneMath.Flush(V.Fma(momentum, V.Load(in buffer), g));
                b.Store(ref buffer);
                g = Nesterov ? V.Fma(momentum, b, g) : b;
            }

            V.FmaNegated(step, g, w).Store(ref Unsafe.Add(ref Weight, i));
        }
    }
}
