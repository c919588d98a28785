using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The parts of a softmax over one row: its largest number, and the exponentials of the distances from it.</summary>
internal static class SoftmaxRow
{
    /// <summary>Exponentials of smaller numbers count as 0, so that no product with them is a denormal.</summary>
    private const float Vanishing = -69f;

    /// <summary>The largest number; NaN may be lost, but not in the exponentials that follow.</summary>
    public static float Largest<V>(ReadOnlySpan<float> x) where V : struct, ILanes<V>
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        V vector = V.Of(float.NegativeInfinity);
        int i = 0;
        for (; i <= x.Length - V.Width; i += V.Width)
        {
            vector = V.Max(V.Load(in Unsafe.Add(ref at, i)), vector);
        }

        float largest = V.Largest(vector);
        for (; i < x.Length; i++)
        {
            largest = x[i] > largest ? x[i] : largest;
        }

        return largest;
    }

    /// <summary>e = exp(x - largest); may be in place.</summary>
    public static void Exponentials<V>(ReadOnlySpan<float> x, float largest, Span<float> e) where V : struct, ILanes<V>
    {
        ref float from = ref MemoryMarshal.GetReference(x), to = ref MemoryMarshal.GetReference(e);
        int i = 0;
        for (; i <= x.Length - V.Width; i += V.Width)
        {
            Exponential<V>(ref Unsafe.Add(ref from, i), largest, ref Unsafe.Add(ref to, i));
        }

        for (; i < x.Length; i++)
        {
            Exponential<Lanes1>(ref Unsafe.Add(ref from, i), largest, ref Unsafe.Add(ref to, i));
        }
    }

    /// <summary>x = x factor, in place.</summary>
    public static void Scale<V>(Span<float> x, float factor) where V : struct, ILanes<V>
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        int i = 0;
        for (; i <= x.Length - V.Width; i += V.Width)
        {
            LaneMath.Flush(V.Load(in Unsafe.Add(ref at, i)) * V.Of(factor)).Store(ref Unsafe.Add(ref at, i));
        }

        for (; i < x.Length; i++)
        {
            LaneMath.Flush(Lanes1.Load(in Unsafe.Add(ref at, i)) * Lanes1.Of(factor)).Store(ref Unsafe.Add(ref at, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exponential<V>(ref float from, float largest, ref float to) where V : struct, ILanes<V>
    {
        V d = V.Load(in from) - V.Of(largest), lowest = V.Of(Vanishing);
        V.IfLess(d, lowest, V.Of(0f), LaneMath.Exp(V.Max(lowest, d))).Store(ref to); // both let NaN through
    }
}
