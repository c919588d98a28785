using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Cells;

/// <summary>Activations chosen while running: one switch for each vector, in code of their own, so that a cell with five of them stays small.</summary>
internal static class ActivationMath
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>x limited to [-limit, limit]; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Limit<V>(V x, float limit) where V : struct, ILanes<V> => V.Max(V.Of(-limit), V.Min(V.Of(limit), x));

    /// <summary>The derivative of <see cref="Limit"/> times <paramref name="derivative"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DLimit<V>(V x, float limit, V derivative) where V : struct, ILanes<V> => V.IfLess(V.Of(limit), V.Abs(x), V.Of(0f), derivative);

    /// <summary>f(x).</summary>
    [MethodImpl(Apart)]
    public static V Apply<V>(V x, ref readonly Activation f) where V : struct, ILanes<V>
    {
        V a = V.Of(f.Alpha), b = V.Of(f.Beta);
        return f.Kind switch
        {
            ActivationKind.Relu => LaneMath.Relu(x),
            ActivationKind.Tanh => LaneMath.Tanh(x),
            ActivationKind.Sigmoid => LaneMath.Sigmoid(x),
            ActivationKind.Affine => V.Fma(a, x, b),
            ActivationKind.LeakyRelu => LaneMath.LeakyRelu(x, a),
            ActivationKind.ThresholdedRelu => LaneMath.ThresholdedRelu(x, a),
            ActivationKind.ScaledTanh => LaneMath.ScaledTanh(x, a, b),
            ActivationKind.HardSigmoid => LaneMath.HardSigmoid(x, a, b),
            ActivationKind.Elu => LaneMath.Elu(x, a),
            ActivationKind.Softsign => LaneMath.Softsign(x),
            _ => LaneMath.Softplus(x),
        };
    }

    /// <summary>f'(x), where <paramref name="y"/> is f(x).</summary>
    [MethodImpl(Apart)]
    public static V Derivative<V>(V x, V y, ref readonly Activation f) where V : struct, ILanes<V>
    {
        V a = V.Of(f.Alpha), b = V.Of(f.Beta);
        return f.Kind switch
        {
            ActivationKind.Relu => LaneMath.DRelu(y),
            ActivationKind.Tanh => LaneMath.DTanh(y),
            ActivationKind.Sigmoid => LaneMath.DSigmoid(y),
            ActivationKind.Affine => a,
            ActivationKind.LeakyRelu => LaneMath.DLeakyRelu(x, a),
            ActivationKind.ThresholdedRelu => LaneMath.DThresholdedRelu(x, a),
            ActivationKind.ScaledTanh => LaneMath.DScaledTanh(x, a, b),
            ActivationKind.HardSigmoid => LaneMath.DHardSigmoid(x, a, b),
            ActivationKind.Elu => LaneMath.DElu(x, a),
            ActivationKind.Softsign => LaneMath.DSoftsign(x),
            _ => LaneMath.Sigmoid(x),
        };
    }
}
