using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The end of sums of scaled weights, for one vector of each row.</summary>
internal static class ScaledRows
{
    /// <summary>destination = sum * scale + from, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(ref float sum, ref float scale, ref float from, int fromStride, ref float destination, int stride, int rows)
        where V : struct, ILanes<V>
    {
        V factor = V.Load(in scale);
        for (int row = 0; row < rows; row++)
        {
            V start = V.Load(in Unsafe.Add(ref from, (nint)row * fromStride));
            V.Fma(V.Load(in Unsafe.Add(ref sum, (nint)row * stride)), factor, start).Store(ref Unsafe.Add(ref destination, (nint)row * stride));
        }
    }
}
