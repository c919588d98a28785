namespace SpanRnn.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), torch.optim.AdamW.</summary>
/// <remarks>As <see cref="Adam"/>, but the decay does not join the gradient: w -= lr decay w before the step.</remarks>
public sealed class AdamW : Adam
{
    /// <summary>The optimizer with these constants; the defaults are PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is below 1e-12 or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative or not finite.</exception>
    public AdamW(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2,
        bool amsGrad = false, EpsilonStyle epsilonStyle = EpsilonStyle.PyTorch)
        : base(learningRate, beta1, beta2, epsilon, weightDecay, amsGrad, epsilonStyle, decoupled: true)
    {
    }
}
