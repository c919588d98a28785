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
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.LeakyRelu(x, alpha);
}

internal readonly struct EluFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Elu(x, alpha);
}

internal readonly struct HardSigmoidFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.HardSigmoid(x, alpha, beta);
}

internal readonly struct SoftplusFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Softplus(x);
}

internal readonly struct SoftsignFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.Softsign(x);
}

internal readonly struct ScaledTanhFunction : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V alpha, V beta) where V : struct, ILanes<V> => LaneMath.ScaledTanh(x, alpha, beta);
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
