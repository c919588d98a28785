using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>(a - y)^2, torch.nn.MSELoss; the derivative is 2 (a - y).</summary>
public sealed class MeanSquaredError(LossReduction reduction = LossReduction.Mean) : ElementLoss(reduction, $"mean squared error")
{
    private protected override LossResult Run(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads) =>
        Run(default(Square), outputs, targets, mask, shape, gradients, threads);

    private readonly struct Square : IElementLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Loss<V>(V a, V y, out V gradient) where V : struct, ILanes<V>
        {
            V d = a - y;
            gradient = d + d;
            return d * d;
        }
    }
}
