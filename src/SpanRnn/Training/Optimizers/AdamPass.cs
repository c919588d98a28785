using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Optimizers;

/// <summary>One step of <see cref="Adam"/> or <see cref="AdamW"/> over a range of the arena.</summary>
internal ref struct AdamPass : IKernel
{
    public ref float Weight, First, Second, Largest;
    public ref readonly float Gradient;
    public nint Length;
    public bool AmsGrad;

    /// <summary>Blend is 1 - beta, Shrink is AdamW's decay; Correction scales the root, Step holds the other corrections.</summary>
    public float Scale, Decay, Shrink, Blend1, Blend2, Step, Correction, Epsilon;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        V scale = V.Of(Scale), decay = V.Of(Decay), shrink = V.Of(Shrink), step = V.Of(Step);
        V blend1 = V.Of(Blend1), blend2 = V.Of(Blend2), correction = V.Of(Correction), epsilon = V.Of(Epsilon);
        for (nint i = 0; i < Length; i += V.Width)
        {
            V w = V.Load(in Unsafe.Add(ref Weight, i));
            V g = V.Fma(decay, w, V.Load(in Unsafe.Add(ref Unsafe.AsRef(in Gradient), i)) * scale);
            V m = Average.Blend(ref Unsafe.Add(ref First, i), blend1, g);
            V v = Average.Blend(ref Unsafe.Add(ref Second, i), blend2, g, g);
            if (AmsGrad)
            {
                ref float largest = ref Unsafe.Add(ref Largest, i);
                v = V.Max(V.Load(in largest), v); // NaN in v goes through
                v.Store(ref largest);
            }

            V root = V.Fma(V.Sqrt(v), correction, epsilon);
            V.FmaNegated(step, m / root, V.FmaNegated(shrink, w, w)).Store(ref Unsafe.Add(ref Weight, i));
        }
    }
}
