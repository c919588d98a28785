namespace SpanRnn.Tests.Twin;

/// <summary>
/// torch.optim.RMSprop: v = alpha v + (1 - alpha) g^2; the step is g / (sqrt(v) + eps), where centered takes the square of
/// the running mean of g from v, and momentum accumulates steps before the learning rate.
/// </summary>
public sealed class TwinRmsProp(
    double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0,
    bool centered = false) : TwinOptimizer(learningRate)
{
    protected override double Updated(double w, double g, MomentOf moment)
    {
        g += weightDecay * w;
        ref double v = ref moment("square");
        v = alpha * v + (1 - alpha) * g * g;
        double variance = v;
        if (centered)
        {
            ref double mean = ref moment("mean");
            mean = alpha * mean + (1 - alpha) * g;
            variance -= mean * mean;
        }

        double step = g / (Math.Sqrt(variance) + epsilon);
        if (momentum == 0)
        {
            return w - LearningRate * step;
        }

        ref double velocity = ref moment("velocity");
        velocity = momentum * velocity + step;
        return w - LearningRate * velocity;
    }
}
