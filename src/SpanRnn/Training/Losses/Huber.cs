using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>d^2 / 2 where |d| is at most delta, delta (|d| - delta / 2) beyond, for d = a - y (Huber 1964), torch.nn.HuberLoss.</summary>
/// <remarks>With q = min(|d|, delta) both are q (|d| - q / 2); the derivative is q with the sign of d.</remarks>
public sealed class Huber : ElementLoss
{
    private readonly float _delta;

    /// <summary>The loss that is linear beyond <paramref name="delta"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not positive or not finite.</exception>
    public Huber(float delta = 1f, LossReduction reduction = LossReduction.Mean)
        : base(reduction, $"Huber delta={delta}")
    {
        if (!(delta > 0) || !float.IsFinite(delta))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Expected a positive finite number.");
        }

        _delta = delta;
    }

    private protected override LossResult Run(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads) =>
        Run(new Rule(_delta), outputs, targets, mask, shape, gradients, threads);

    private readonly struct Rule(float delta) : IElementLoss
    {
        private readonly float _delta = delta;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Loss<V>(V a, V y, out V gradient) where V : struct, ILanes<V>
        {
            V d = a - y, distance = V.Abs(d);
            V q = V.Min(V.Of(_delta), distance); // NaN goes through
            gradient = V.CopySign(q, d);
            return q * V.FmaNegated(q, V.Of(0.5f), distance);
        }
    }
}
