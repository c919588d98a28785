using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>A row of small weights as floats: exact but for the rounding of number times scale.</summary>
internal ref struct Widening<TWeight> : IKernel where TWeight : struct, IWeight
{
    public ref byte Source;

    public float Scale;

    /// <summary>Whole blocks.</summary>
    public ref float Destination;

    public int Length;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        V scale = V.Of(Scale);
        for (int i = 0; i < Length; i += V.Width)
        {
            (TWeight.Load<V>(in Unsafe.Add(ref Source, i * TWeight.Bytes)) * scale).Store(ref Unsafe.Add(ref Destination, i));
        }
    }
}
