using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>Reads memory as fast as one core can: sums with more accumulators than an addition takes cycles.</summary>
internal static unsafe class ReadKernel
{
    /// <summary>Bytes per turn of the loop; sizes must be a multiple.</summary>
    public const int Block = 512;

    /// <summary>Reads it all, several times over: sums are only added up at the end, so that small sets are not mostly that.</summary>
    public static float Sum(float* data, nuint bytes, long passes) =>
        Vector512.IsHardwareAccelerated ? Sum512(data, bytes, passes) : Sum256(data, bytes, passes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum512(float* data, nuint bytes, long passes)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        float* end = data + (bytes / sizeof(float));
        for (; passes > 0; passes--)
        {
            for (float* p = data; p < end; p += 128)
            {
                a += Vector512.LoadAligned(p);
                b += Vector512.LoadAligned(p + 16);
                c += Vector512.LoadAligned(p + 32);
                d += Vector512.LoadAligned(p + 48);
                e += Vector512.LoadAligned(p + 64);
                f += Vector512.LoadAligned(p + 80);
                g += Vector512.LoadAligned(p + 96);
                h += Vector512.LoadAligned(p + 112);
            }
        }

        return Vector512.Sum(a + b + c + d + (e + f + g + h));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum256(float* data, nuint bytes, long passes)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        float* end = data + (bytes / sizeof(float));
        for (; passes > 0; passes--)
        {
            for (float* p = data; p < end; p += 64)
            {
                a += Vector256.LoadAligned(p);
                b += Vector256.LoadAligned(p + 8);
                c += Vector256.LoadAligned(p + 16);
                d += Vector256.LoadAligned(p + 24);
                e += Vector256.LoadAligned(p + 32);
                f += Vector256.LoadAligned(p + 40);
                g += Vector256.LoadAligned(p + 48);
                h += Vector256.LoadAligned(p + 56);
            }
        }

        return Vector256.Sum(a + b + c + d + (e + f + g + h));
    }
}
