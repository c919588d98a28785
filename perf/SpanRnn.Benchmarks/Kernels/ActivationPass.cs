using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Benchmarks.Kernels;

/// <summary>An activation over whole vectors.</summary>
internal ref struct ActivationPass : IKernel
{
    public ref float X, Y;

    public int Length;

    public bool IsTanh;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        if (IsTanh)
        {
            for (int i = 0; i < Length; i += V.Width)
            {
                LaneMath.Tanh(V.Load(in Unsafe.Add(ref X, i))).Store(ref Unsafe.Add(ref Y, i));
            }
        }
        else
        {
            for (int i = 0; i < Length; i += V.Width)
            {
                LaneMath.Sigmoid(V.Load(in Unsafe.Add(ref X, i))).Store(ref Unsafe.Add(ref Y, i));
            }
        }
    }
}
