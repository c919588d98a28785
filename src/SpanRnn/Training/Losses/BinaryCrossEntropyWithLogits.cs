using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>-(p y ln s(a) + (1 - y) ln (1 - s(a))), s the sigmoid and p the positive weight, torch.nn.BCEWithLogitsLoss.</summary>
/// <remarks>
/// Computed as (1 - y) max(a, 0) + p y max(-a, 0) + (1 - y + p y) ln(1 + e^-|a|), which neither overflows nor cancels; the derivative
/// is (1 - y) s(a) - p y s(-a). Targets are probabilities in [0, 1]; they are not checked.
/// </remarks>
public sealed class BinaryCrossEntropyWithLogits : ElementLoss
{
    private readonly float _positiveWeight;

    /// <summary>The loss in which positive targets weigh <paramref name="positiveWeight"/> times as much as negative ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="positiveWeight"/> is negative or not finite.</exception>
    public BinaryCrossEntropyWithLogits(float positiveWeight = 1f, LossReduction reduction = LossReduction.Mean)
        : base(reduction, $"binary cross-entropy positive_weight={positiveWeight}")
    {
        if (!(positiveWeight >= 0) || !float.IsFinite(positiveWeight))
        {
            throw new ArgumentOutOfRangeException(nameof(positiveWeight), positiveWeight, "Expected a finite number of at least 0.");
        }

        _positiveWeight = positiveWeight;
    }

    private protected override LossResult Run(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads) =>
        Run(new Rule(_positiveWeight), outputs, targets, mask, shape, gradients, threads);

    private readonly struct Rule(float positiveWeight) : IElementLoss
    {
        private readonly float _positiveWeight = positiveWeight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Loss<V>(V a, V y, out V gradient) where V : struct, ILanes<V>
        {
            V zero = V.Of(0f), minus = zero - a;
            V negative = V.Of(1f) - y, positive = V.Of(_positiveWeight) * y;
            gradient = V.FmaNegated(positive, LaneMath.Sigmoid(minus), negative * LaneMath.Sigmoid(a));

            // Below -60 the logarithm is lost beside the rest, or beside any other element of the sum.
            V e = LaneMath.Exp(V.Max(V.Of(-60f), zero - V.Abs(a)));
            V linear = V.Fma(negative, V.Max(zero, a), positive * V.Max(zero, minus));
            return V.Fma(negative + positive, LogOnePlus(e), linear);
        }

        /// <summary>ln(1 + e) for e in [0, 1]: 2 artanh u with u = e / (2 + e) at most 1/3; the first term left out is below 1e-9.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V LogOnePlus<V>(V e) where V : struct, ILanes<V>
        {
            V u = e / (V.Of(2f) + e), u2 = u * u;
            V series = V.Of(2f / 15);
            series = V.Fma(series, u2, V.Of(2f / 13));
            series = V.Fma(series, u2, V.Of(2f / 11));
            series = V.Fma(series, u2, V.Of(2f / 9));
            series = V.Fma(series, u2, V.Of(2f / 7));
            series = V.Fma(series, u2, V.Of(2f / 5));
            series = V.Fma(series, u2, V.Of(2f / 3));
            return V.Fma(series * u2, u, u + u);
        }
    }
}
