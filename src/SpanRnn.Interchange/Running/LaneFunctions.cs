using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Interchange.Running;

/// <summary>A function of each number alone, over a vector of any width, with up to two constants. NaN stays NaN.</summary>
internal interface ILaneFunction
{
    static abstract V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V>;
}

internal readonly struct TanhFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Tanh(x);
}

internal readonly struct SigmoidFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Sigmoid(x);
}

internal readonly struct ReluFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Relu(x);
}

internal readonly struct LeakyReluFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => V.IfLess(x, V.Of(0f), alpha * x, x);
}

internal readonly struct EluFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V>
    {
        V zero = V.Of(0f), below = LaneMath.Exp(V.Max(V.Of(-86f), V.Min(zero, x))) - V.Of(1f);
        return V.IfLess(x, zero, alpha * below, x);
    }
}

internal readonly struct HardSigmoidFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> =>
        V.Max(V.Of(0f), V.Min(V.Of(1f), V.Fma(alpha, x, beta)));
}

internal readonly struct SoftplusFunction : ILaneFunction
{
    /// <remarks>
    /// log(1 + e^x) = max(x, 0) + log(1 + e) with e = e^-|x|, and log(1 + e) = 2 artanh(s) with s = e / (2 + e) at most 1/3: its series to s^17
    /// is good to 1e-10.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V>
    {
        V e = LaneMath.Exp(V.Max(V.Of(-86f), V.Of(0f) - V.Abs(x)));
        V s = e / (V.Of(2f) + e), q = s * s;
        V sum = V.Fma(q, V.Of(1f / 17f), V.Of(1f / 15f));
        sum = V.Fma(q, sum, V.Of(1f / 13f));
        sum = V.Fma(q, sum, V.Of(1f / 11f));
        sum = V.Fma(q, sum, V.Of(1f / 9f));
        sum = V.Fma(q, sum, V.Of(1f / 7f));
        sum = V.Fma(q, sum, V.Of(1f / 5f));
        sum = V.Fma(q, sum, V.Of(1f / 3f));
        sum = V.Fma(q, sum, V.Of(1f));
        return V.Fma(s + s, sum, LaneMath.Relu(x));
    }
}

internal readonly struct SoftsignFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => x / (V.Of(1f) + V.Abs(x));
}

internal readonly struct ScaledTanhFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => alpha * LaneMath.Tanh(beta * x);
}

internal readonly struct ThresholdedReluFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> =>
        V.IfLess(alpha, x, x, V.IfLess(x, V.Of(float.PositiveInfinity), V.Of(0f), x));
}

internal readonly struct AffineFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => V.Fma(alpha, x, beta);
}
