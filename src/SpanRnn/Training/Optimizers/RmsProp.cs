using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Training.Optimizers;

/// <summary>RMSprop (Hinton, Coursera lecture 6e, 2012), torch.optim.RMSprop.</summary>
/// <remarks>
/// g += decay w; s = alpha s + (1 - alpha) g^2; u = s, or centered (Graves, arXiv 1308.0850) a = alpha a + (1 - alpha) g, u = s - a^2;
/// d = g / (sqrt(u) + eps); w -= lr d, or with momentum b = momentum b + d, w -= lr b.
/// With <see cref="EpsilonStyle.Keras"/>: d = g / sqrt(u + eps). Where rounding would make u negative it is 0.
/// </remarks>
public sealed class RmsProp : Optimizer
{
    private readonly double _momentum, _epsilon;
    private readonly float _blend;
    private readonly bool _centered;
    private readonly EpsilonStyle _style;

    /// <summary>The optimizer with these constants; the defaults are PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> or <paramref name="momentum"/> is not in [0, 1).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is below 1e-12 or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative or not finite.</exception>
    public RmsProp(
        double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0,
        bool centered = false, EpsilonStyle epsilonStyle = EpsilonStyle.PyTorch)
        : base(learningRate, weightDecay, $"RMSprop alpha={alpha} epsilon={epsilon} momentum={momentum} centered={centered} style={epsilonStyle}")
    {
        _blend = (float)(1 - BelowOne(alpha, nameof(alpha)));
        _epsilon = Epsilon(epsilon);
        _momentum = BelowOne(momentum, nameof(momentum));
        _centered = centered;
        _style = epsilonStyle;
    }

    private protected override string[] MomentNames =>
        ["square_avg", .. _centered ? ["grad_avg"] : Array.Empty<string>(), .. _momentum > 0 ? ["momentum_buffer"] : Array.Empty<string>()];

    private protected override void Run(Span<float> weights, ReadOnlySpan<float> gradients, float scale, int start)
    {
        bool hasMomentum = _momentum > 0;
        var pass = new RmsPropPass
        {
            Weight = ref MemoryMarshal.GetReference(weights),
            Gradient = ref MemoryMarshal.GetReference(gradients),
            Square = ref Moment(0, start),
            Mean = ref _centered ? ref Moment(1, start) : ref Unsafe.NullRef<float>(),
            Buffer = ref hasMomentum ? ref Moment(_centered ? 2 : 1, start) : ref Unsafe.NullRef<float>(),
            Length = weights.Length,
            Centered = _centered,
            HasMomentum = hasMomentum,
            Scale = scale,
            Decay = (float)WeightDecay,
            Blend = _blend,
            Momentum = (float)_momentum,
            Step = (float)LearningRate,
            EpsilonUnder = _style == EpsilonStyle.Keras ? (float)_epsilon : 0f,
            EpsilonBeside = _style == EpsilonStyle.Keras ? 0f : (float)_epsilon,
        };
        Isa.Run(ref pass);
    }
}
