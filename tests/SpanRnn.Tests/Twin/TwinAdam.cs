namespace SpanRnn.Tests.Twin;

/// <summary>
/// torch.optim.Adam (arXiv 1412.6980), or AdamW (arXiv 1711.05101) when <c>decoupled</c>: the decay then shrinks the weight
/// by lr * d instead of joining the gradient. Epsilon is added after the bias correction of the second moment.
/// </summary>
public sealed class TwinAdam(
    double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0,
    bool decoupled = false) : TwinOptimizer(learningRate)
{
    /// <summary>torch.optim.AdamW with its defaults.</summary>
    public static TwinAdam W(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2) =>
        new(learningRate, beta1, beta2, epsilon, weightDecay, decoupled: true);

    protected override double Updated(double w, double g, MomentOf moment)
    {
        if (decoupled)
        {
            w -= LearningRate * weightDecay * w;
        }
        else
        {
            g += weightDecay * w;
        }

        ref double m = ref moment("first");
        ref double v = ref moment("second");
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        double mHat = m / (1 - Math.Pow(beta1, StepCount));
        double vHat = v / (1 - Math.Pow(beta2, StepCount));
        return w - LearningRate * mHat / (Math.Sqrt(vHat) + epsilon);
    }
}
