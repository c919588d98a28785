using System.Runtime.CompilerServices;

namespace SpanRnn.Lanes;

/// <summary>The activations, each formula once, with the same bits at every width.</summary>
/// <remarks>
/// e^r on |r| &lt;= ln 2 / 2 is 1 + r + r^2 q(r), where q is the minimax polynomial of degree 4 (largest error of e^r - 1:
/// 1.4e-8 relative). Powers of two are exact, so the error that is left is that of the roundings. The activations that only general
/// cells have are in the file's other half.
/// </remarks>
internal static partial class LaneMath
{
    private const float Log2E = 1.44269504f, Ln2 = 0.693147182f, Ln2Rest = -1.90465421e-9f;
    private const float Q0 = 0.49999998f, Q1 = 0.166665435f, Q2 = 0.0416672f, Q3 = 0.00836651865f, Q4 = 0.00138825295f;

    /// <summary>States smaller than this are flushed to zero: their products with weights would be denormals.</summary>
    internal const float Tiny = 1.9721523e-31f; // 2^-102

    /// <summary>e^x for x in [-86.9, 89]; NaN stays NaN, above 88.72 it is infinity. At most 2 ulp from the true value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : struct, ILanes<V>
    {
        V n = V.Round(x * V.Of(Log2E));
        V r = V.FmaNegated(n, V.Of(Ln2Rest), V.FmaNegated(n, V.Of(Ln2), x));
        return V.Ldexp(V.Of(1f) + ExpMinusOne(r), n);
    }

    /// <summary>1 / (1 + e^-x): at most 1.2e-7 from the true value, exactly 0 and 1 at saturation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : struct, ILanes<V>
    {
        // Beyond these bounds e^-x is infinite or vanishes beside 1; the order of the arguments lets NaN through.
        V y = V.Max(V.Of(-89f), V.Min(V.Of(87f), x));
        V n = V.Round(y * V.Of(-Log2E));
        V r = V.FmaBothNegated(n, V.Of(Ln2), y);
        V e = V.Ldexp(V.Of(1f) + ExpMinusOne(r), n);
        return V.Of(1f) / (V.Of(1f) + e);
    }

    /// <summary>The hyperbolic tangent: at most 2.2 ulp from the true value, small x included, exactly 1 at saturation.</summary>
    /// <remarks>
    /// With e = e^-2|x|, tanh |x| = (1 - e) / (1 + e) = 1 - 2 e / (1 + e). The first form is exact where x is small, since 1 - e is
    /// computed without cancellation; the second where tanh is near 1, where the first would round three times.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : struct, ILanes<V>
    {
        V one = V.Of(1f);
        V y = V.Min(V.Of(20f), V.Abs(x)) * V.Of(-2f);
        V n = V.Round(y * V.Of(Log2E));
        V p = ExpMinusOne(V.FmaNegated(n, V.Of(Ln2), y));
        V power = V.Ldexp(one, n);
        V e = V.Fma(power, p, power), eMinusOne = V.Fma(power, p, power - one);
        V limit = V.Of(-2.5f); // n <= -3: tanh |x| > 0.7
        V quotient = V.IfLess(n, limit, e + e, eMinusOne) / (e + one);
        return V.CopySign(V.IfLess(n, limit, one, V.Of(0f)) - quotient, x);
    }

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Relu<V>(V x) where V : struct, ILanes<V> => V.Max(V.Of(0f), x);

    /// <summary>The sigmoid's derivative in terms of its output s: s (1 - s).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DSigmoid<V>(V s) where V : struct, ILanes<V> => s * (V.Of(1f) - s);

    /// <summary>The hyperbolic tangent's derivative in terms of its output t: 1 - t^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DTanh<V>(V t) where V : struct, ILanes<V> => V.FmaNegated(t, t, V.Of(1f));

    /// <summary>The rectifier's derivative in terms of its output: 1 where it is positive, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DRelu<V>(V y) where V : struct, ILanes<V> => V.IfLess(V.Of(0f), y, V.Of(1f), V.Of(0f));

    /// <summary>x, or 0 where |x| is so small that arithmetic with it would be slow; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Flush<V>(V x) where V : struct, ILanes<V> => V.IfLess(V.Abs(x), V.Of(Tiny), V.Of(0f), x);

    /// <summary>e^r - 1 for |r| at most ln 2 / 2, in Estrin's order: short chains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOne<V>(V r) where V : struct, ILanes<V>
    {
        V r2 = r * r;
        V low = V.Fma(V.Of(Q1), r, V.Of(Q0));
        V high = V.Fma(V.Of(Q3), r, V.Of(Q2));
        V q = V.Fma(V.Fma(V.Of(Q4), r2, high), r2, low);
        return V.Fma(q, r2, r);
    }
}
