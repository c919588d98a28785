using System.Runtime.CompilerServices;

namespace SpanRnn.Lanes;

/// <summary>The activations, each formula once, with the same bits at every width.</summary>
/// <remarks>
/// e^r on |r| &lt;= ln 2 / 2 is 1 + r + r^2 q(r), where q is the minimax polynomial of degree 4 (largest error of e^r - 1:
/// 1.4e-8 relative), of the sigmoid one of degree 3 (of e^r: 1.1e-7 relative, a fourth of that in its result). Powers of two are exact, so the
/// error that is left is that of the roundings. The activations that only general cells have are in the file's other half.
/// </remarks>
internal static partial class LaneMath
{
    private const float Log2E = 1.44269504f, Ln2 = 0.693147182f, Ln2Rest = -1.90465421e-9f;
    private const float Q0 = 0.49999998f, Q1 = 0.166665435f, Q2 = 0.0416672f, Q3 = 0.00836651865f, Q4 = 0.00138825295f;
    private const float S0 = 0.499992311f, S1 = 0.166671157f, S2 = 0.0418903306f, S3 = 0.00831250101f;

    /// <summary>
    /// Added to a float, it leaves the nearest whole number, plus an exponent's bias, in the sum's lowest bits: one addition rounds, and one shift
    /// then gives the power of two (<see cref="ILanes{V}.PowerOfTwo"/>).
    /// </summary>
    internal const float Shifter = 0xC00000 + 127;

    /// <summary>States smaller than this are flushed to zero: their products with weights would be denormals.</summary>
    internal const float Tiny = 1.9721523e-31f; // 2^-102

    /// <summary>e^x for x in [-86.9, 89]; NaN stays NaN, above 88.72 it is infinity. At most 2 ulp from the true value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : struct, ILanes<V>
    {
        V n = V.Round(x * Log2E);
        V r = V.FmaNegated(n, Ln2Rest, V.FmaNegated(n, Ln2, x));
        return V.Ldexp(ExpMinusOne(r) + 1f, n);
    }

    /// <summary>1 / (1 + e^-x): at most 9.8e-8 from the true value, exactly 0 and 1 at saturation.</summary>
    /// <remarks>
    /// e^-x = 2^n e^r. The denominator is one multiply-add after the polynomial, and the power of two is ready long before: every step of a small
    /// network waits for this chain.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : struct, ILanes<V>
    {
        // Beyond these bounds e^-x is infinite or vanishes beside 1.
        V y = V.Clamp(x, -89f, 87f);
        V shifted = V.Fma(y, -Log2E, Shifter), n = shifted - Shifter;
        V r = V.FmaBothNegated(n, Ln2, y), r2 = r * r;
        V q = V.Fma(r2, V.Fma(r, S3, S2), V.Fma(r, S1, S0));
        return V.Of(1f) / V.Fma(V.PowerOfTwo(shifted), V.Fma(r2, q, r + 1f), 1f);
    }

    /// <summary>The hyperbolic tangent: at most 3.4 ulp from the true value, small x included, exactly 1 at saturation.</summary>
    /// <remarks>
    /// With q = e^2|x| - 1, tanh |x| = q / (q + 2). Where x is small q is exact to its last bits, since 2^n p + (2^n - 1) is computed without
    /// cancellation; where tanh is near 1 a relative error of q reaches the result times 2 / (q + 2), and what is left are the roundings of q + 2 and of the
    /// quotient, 1.5 ulp.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : struct, ILanes<V>
    {
        V size = V.Min(V.Of(20f), V.Abs(x));
        V shifted = V.Fma(size, 2f * Log2E, Shifter), n = shifted - Shifter;
        V p = ExpMinusOne(V.FmaNegated(n, Ln2, size + size));
        V power = V.PowerOfTwo(shifted), q = V.Fma(power, p, power - 1f);
        return V.CopySign(q / (q + 2f), x);
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
    public static V Flush<V>(V x) where V : struct, ILanes<V> => V.ZeroBelow(x, Tiny);

    /// <summary>
    /// e^r - 1 for |r| at most ln 2 / 2, as (r + r^2 (Q0 + Q1 r)) + r^4 ((Q2 + Q3 r) + r^2 Q4): three multiply-adds after r^2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOne<V>(V r) where V : struct, ILanes<V>
    {
        V r2 = r * r;
        V low = V.Fma(V.Fma(r, Q1, Q0), r2, r);
        V high = V.Fma(r2, Q4, V.Fma(r, Q3, Q2));
        return V.Fma(r2 * r2, high, low);
    }
}
