using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One term more of up to four vectors of sums, and the scale that ends sums of scaled weights.</summary>
internal static class StreamSums
{
    /// <summary>Adds s times the next <paramref name="count"/> vectors of weights to the sums of the slots from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V, TWeight>(ref Gates<V> sum, V s, ref byte weights, int first, int count)
        where V : struct, ILanes<V> where TWeight : struct, IWeight
    {
        int vector = V.Width * TWeight.Bytes;
        if (TWeight.IsPaired)
        {
            AddPairs<V, TWeight>(ref sum, s, ref weights, first, count);
            return;
        }

        if (first == 0)
        {
            TWeight.AddProduct(ref sum.V0, s, in weights);
        }

        if (first <= 1 && first + count > 1)
        {
            TWeight.AddProduct(ref sum.V1, s, in Unsafe.Add(ref weights, (1 - first) * vector));
        }

        if (first <= 2 && first + count > 2)
        {
            TWeight.AddProduct(ref sum.V2, s, in Unsafe.Add(ref weights, (2 - first) * vector));
        }

        if (first <= 3 && first + count > 3)
        {
            TWeight.AddProduct(ref sum.V3, s, in Unsafe.Add(ref weights, (3 - first) * vector));
        }
    }

    /// <summary>The same of weights in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPairs<V, TWeight>(ref Gates<V> sum, V s, ref byte weights, int first, int count)
        where V : struct, ILanes<V> where TWeight : struct, IWeight
    {
        Gates<V> w = LoadPairs<V, TWeight>(ref weights, count);
        if (first == 0)
        {
            V.AddProduct(ref sum.V0, s, w.V0);
            if (count > 1)
            {
                V.AddProduct(ref sum.V1, s, w.V1);
            }

            if (count > 2)
            {
                V.AddProduct(ref sum.V2, s, w.V2);
            }

            if (count > 3)
            {
                V.AddProduct(ref sum.V3, s, w.V3);
            }
        }
        else
        {
            V.AddProduct(ref sum.V1, s, w.V0);
            if (count > 1)
            {
                V.AddProduct(ref sum.V2, s, w.V1);
            }

            if (count > 2)
            {
                V.AddProduct(ref sum.V3, s, w.V2);
            }
        }
    }

    /// <summary>Up to four vectors of weights: pairs, and the odd one last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> LoadPairs<V, TWeight>(ref byte weights, int count) where V : struct, ILanes<V> where TWeight : struct, IWeight
    {
        int pair = 2 * V.Width * TWeight.Bytes;
        Gates<V> w = default;
        if (count == 1)
        {
            w.V0 = TWeight.Load<V>(in weights);
        }
        else
        {
            (w.V0, w.V1) = TWeight.LoadPair<V>(in weights);
        }

        if (count == 3)
        {
            w.V2 = TWeight.Load<V>(in Unsafe.Add(ref weights, pair));
        }
        else if (count == 4)
        {
            (w.V2, w.V3) = TWeight.LoadPair<V>(in Unsafe.Add(ref weights, pair));
        }

        return w;
    }

    /// <summary>sum * scale + from, vector by vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Scale<V>(Gates<V> sum, Gates<V> scale, Gates<V> from, int count) where V : struct, ILanes<V>
    {
        sum.V0 = V.Fma(sum.V0, scale.V0, from.V0);
        if (count > 1)
        {
            sum.V1 = V.Fma(sum.V1, scale.V1, from.V1);
        }

        if (count > 2)
        {
            sum.V2 = V.Fma(sum.V2, scale.V2, from.V2);
        }

        if (count > 3)
        {
            sum.V3 = V.Fma(sum.V3, scale.V3, from.V3);
        }

        return sum;
    }
}
