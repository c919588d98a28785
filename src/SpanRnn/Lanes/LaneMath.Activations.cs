using System.Runtime.CompilerServices;

namespace SpanRnn.Lanes;

/// <summary>The activations of general cells, and their derivatives in terms of x. At NaN both are NaN or the derivative is that of one side.</summary>
internal static partial class LaneMath
{
    // ln((1 + s) / (1 - s)) = 2 s + s^3 q(s^2) for s up to 1/3: largest error 1e-9 relative.
    private const float L0 = 0.666666687f, L1 = 0.399997056f, L2 = 0.28592357f, L3 = 0.217065752f, L4 = 0.232243299f;

    /// <summary>x where it is at least <paramref name="alpha"/>, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ThresholdedRelu<V>(V x, V alpha) where V : struct, ILanes<V> => V.IfLess(x, alpha, V.Of(0f), x);

    /// <summary>1 where x is at least <paramref name="alpha"/>, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DThresholdedRelu<V>(V x, V alpha) where V : struct, ILanes<V> => V.IfLess(x, alpha, V.Of(0f), V.Of(1f));

    /// <summary>x where it is at least 0, else alpha x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LeakyRelu<V>(V x, V alpha) where V : struct, ILanes<V> => V.IfLess(x, V.Of(0f), alpha * x, x);

    /// <summary>1 where x is at least 0, else alpha.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DLeakyRelu<V>(V x, V alpha) where V : struct, ILanes<V> => V.IfLess(x, V.Of(0f), alpha, V.Of(1f));

    /// <summary>min(max(alpha x + beta, 0), 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HardSigmoid<V>(V x, V alpha, V beta) where V : struct, ILanes<V> =>
        V.Max(V.Of(0f), V.Min(V.Of(1f), V.Fma(alpha, x, beta)));

    /// <summary>alpha where 0 &lt; alpha x + beta &lt; 1, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DHardSigmoid<V>(V x, V alpha, V beta) where V : struct, ILanes<V>
    {
        V line = V.Fma(alpha, x, beta);
        return V.IfLess(V.Of(0f), line, V.IfLess(line, V.Of(1f), alpha, V.Of(0f)), V.Of(0f));
    }

    /// <summary>alpha tanh(beta x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ScaledTanh<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => alpha * Tanh(beta * x);

    /// <summary>alpha beta (1 - tanh^2(beta x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DScaledTanh<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => alpha * beta * DTanh(Tanh(beta * x));

    /// <summary>x where it is at least 0, else alpha (e^x - 1): at most 3 ulp from the true value, -alpha at minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Elu<V>(V x, V alpha) where V : struct, ILanes<V> => V.IfLess(x, V.Of(0f), alpha * ExpMinusOneBelowZero(x), x);

    /// <summary>1 where x is at least 0, else alpha e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DElu<V>(V x, V alpha) where V : struct, ILanes<V> =>
        V.IfLess(x, V.Of(0f), V.Fma(alpha, ExpMinusOneBelowZero(x), alpha), V.Of(1f));

    /// <summary>x / (1 + |x|): at most 1.5 ulp from the true value, exactly 1 and -1 at infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softsign<V>(V x) where V : struct, ILanes<V>
    {
        V size = V.Abs(x), one = V.Of(1f);
        return V.IfLess(V.Of(1e30f), size, V.CopySign(one, x), x / (one + size));
    }

    /// <summary>1 / (1 + |x|)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DSoftsign<V>(V x) where V : struct, ILanes<V>
    {
        V root = V.Of(1f) / (V.Of(1f) + V.Abs(x));
        return root * root;
    }

    /// <summary>ln(1 + e^x): at most 4 ulp from the true value; 0 below -86 (true: less than 5e-38), x from 17 on.</summary>
    /// <remarks>max(x, 0) + ln(1 + u) with u = e^-|x|, so nothing overflows; ln(1 + u) = ln((1 + s) / (1 - s)) with s = u / (2 + u).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x) where V : struct, ILanes<V>
    {
        V u = Exp(V.Of(0f) - V.Min(V.Of(86f), V.Abs(x)));
        V s = u / (V.Of(2f) + u), t = s * s;
        V q = V.Fma(V.Fma(V.Fma(V.Fma(V.Of(L4), t, V.Of(L3)), t, V.Of(L2)), t, V.Of(L1)), t, V.Of(L0));
        V log = V.Fma(s * t, q, s + s);
        return V.IfLess(x, V.Of(-86f), V.Of(0f), V.Max(V.Of(0f), x) + log);
    }

    /// <summary>e^x - 1 for x &lt;= 0 without cancellation: at most 2 ulp from the true value, exactly -1 at minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOneBelowZero<V>(V x) where V : struct, ILanes<V>
    {
        // Below -25 the result is -1; above 0 it is not used, but must not overflow. The order of the arguments lets NaN through.
        V y = V.Min(V.Of(0f), V.Max(V.Of(-25f), x));
        V n = V.Round(y * V.Of(Log2E));
        V p = ExpMinusOne(V.FmaNegated(n, V.Of(Ln2Rest), V.FmaNegated(n, V.Of(Ln2), y)));
        V power = V.Ldexp(V.Of(1f), n);
        return V.Fma(power, p, power - V.Of(1f));
    }
}
