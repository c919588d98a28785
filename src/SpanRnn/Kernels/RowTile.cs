using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>The tile of a single row: two groups of vectors that lie side by side in a panel, so that enough sums are under way to hide an addition's latency.</summary>
/// <remarks>Panels apart would do the same with two streams from memory, which was slower than one group at a time. For narrow vectors see <see cref="NarrowRowTile"/>.</remarks>
internal static class RowTile
{
    public static void Run<V>(in Product p, ref float a, ref float b, ref float init, ref float c) where V : struct, ILanes<V>
    {
        if (p.GroupWidth == 3)
        {
            Run<V, Three>(in p, ref a, ref b, ref init, ref c);
        }
        else
        {
            Run<V, Two>(in p, ref a, ref b, ref init, ref c);
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Run<V, TWidth>(in Product p, ref float a, ref float b, ref float init, ref float c)
        where V : struct, ILanes<V> where TWidth : struct, ICount
    {
        int vector = (int)p.CVector / sizeof(float), width = TWidth.Value;
        Gates<V> low = Gates<V>.Load(ref init, width, vector), high = Gates<V>.Load(ref At(ref init, p.CGroup), width, vector);
        ref byte weights = ref Unsafe.As<float, byte>(ref b);
        nint step = p.AStep, bStep = p.BStep;
        for (int run = p.Runs; run > 0; run--)
        {
            for (int k = p.RunLength; k != 0; k--)
            {
                V s = V.Of(a);
                StreamSums.Add<V, Float32>(ref low, s, ref weights, 0, width);
                StreamSums.Add<V, Float32>(ref high, s, ref Unsafe.Add(ref weights, width * V.Width * sizeof(float)), 0, width);
                a = ref At(ref a, step);
                weights = ref Unsafe.AddByteOffset(ref weights, bStep);
            }

            a = ref At(ref a, p.ARunSkip);
        }

        low.Store(ref c, width, vector);
        high.Store(ref At(ref c, p.CGroup), width, vector);
    }
}
