using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Training.Optimizers;

/// <summary>Adam (Kingma and Ba, arXiv 1412.6980), torch.optim.Adam.</summary>
/// <remarks>
/// g += decay w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w -= lr (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + eps). AMSGrad (Reddi, Kale and Kumar 2018) takes the largest v so far.
/// With <see cref="EpsilonStyle.Keras"/>: w -= lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + eps).
/// </remarks>
public class Adam : Optimizer
{
    private readonly double _epsilon;
    private readonly float _blend1, _blend2;
    private readonly bool _amsGrad, _decoupled;
    private readonly EpsilonStyle _style;

    /// <summary>The optimizer with these constants; the defaults are PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is below 1e-12 or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative or not finite.</exception>
    public Adam(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0,
        bool amsGrad = false, EpsilonStyle epsilonStyle = EpsilonStyle.PyTorch)
        : this(learningRate, beta1, beta2, epsilon, weightDecay, amsGrad, epsilonStyle, decoupled: false)
    {
    }

    private protected Adam(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool amsGrad, EpsilonStyle style, bool decoupled)
        : base(
            learningRate, weightDecay,
            $"{(decoupled ? "AdamW" : "Adam")} beta1={beta1} beta2={beta2} epsilon={epsilon} amsgrad={amsGrad} style={style}")
    {
        _blend1 = (float)(1 - BelowOne(beta1, nameof(beta1)));
        _blend2 = (float)(1 - BelowOne(beta2, nameof(beta2)));
        _epsilon = Epsilon(epsilon);
        _amsGrad = amsGrad;
        _style = style;
        _decoupled = decoupled;
    }

    private protected override string[] MomentNames => _amsGrad ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"];

    private protected override void Run(Span<float> weights, ReadOnlySpan<float> gradients, float scale, int start)
    {
        // The betas that are corrected for are those that the pass uses: 1 minus a float.
        double first = 1 - Math.Pow(1 - (double)_blend1, StepCount), root = Math.Sqrt(1 - Math.Pow(1 - (double)_blend2, StepCount));
        bool corrected = _style == EpsilonStyle.PyTorch;
        var pass = new AdamPass
        {
            Weight = ref MemoryMarshal.GetReference(weights),
            Gradient = ref MemoryMarshal.GetReference(gradients),
            First = ref Moment(0, start),
            Second = ref Moment(1, start),
            Largest = ref _amsGrad ? ref Moment(2, start) : ref Unsafe.NullRef<float>(),
            Length = weights.Length,
            AmsGrad = _amsGrad,
            Scale = scale,
            Decay = _decoupled ? 0f : (float)WeightDecay,
            Shrink = _decoupled ? (float)(LearningRate * WeightDecay) : 0f,
            Blend1 = _blend1,
            Blend2 = _blend2,
            Step = (float)(LearningRate / first * (corrected ? 1 : root)),
            Correction = corrected ? (float)(1 / root) : 1f,
            Epsilon = (float)_epsilon,
        };
        Isa.Run(ref pass);
    }
}
