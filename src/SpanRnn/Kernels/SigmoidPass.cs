using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>x becomes sigmoid x over whole blocks.</summary>
internal ref struct SigmoidPass : IKernel
{
    public ref float X;

    /// <summary>Floats: whole blocks.</summary>
    public nint Length;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (nint i = 0; i < Length; i += V.Width)
        {
            ref float x = ref Unsafe.Add(ref X, i);
            LaneMath.Sigmoid(V.Load(in x)).Store(ref x);
        }
    }
}
