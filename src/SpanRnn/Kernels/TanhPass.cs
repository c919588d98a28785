using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>x becomes tanh x over whole blocks.</summary>
internal ref struct TanhPass : IKernel
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
            LaneMath.Flush(LaneMath.Tanh(V.Load(in x))).Store(ref x);
        }
    }
}

/// <summary>dy becomes dx = dy (1 - y^2), y = tanh x, over whole blocks.</summary>
internal ref struct TanhBackward : IKernel
{
    public ref float Y, Gradient;

    /// <summary>Floats: whole blocks.</summary>
    public nint Length;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (nint i = 0; i < Length; i += V.Width)
        {
            ref float gradient = ref Unsafe.Add(ref Gradient, i);
            LaneMath.Flush(V.Load(in gradient) * LaneMath.DTanh(V.Load(in Unsafe.Add(ref Y, i)))).Store(ref gradient);
        }
    }
}
