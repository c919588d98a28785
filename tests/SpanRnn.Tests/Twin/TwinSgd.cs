namespace SpanRnn.Tests.Twin;

/// <summary>torch.optim.SGD with dampening 0: g += d w; v = mu v + g; w -= lr * (nesterov ? g + mu v : v).</summary>
public sealed class TwinSgd(double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
    : TwinOptimizer(learningRate)
{
    protected override double Updated(double w, double g, MomentOf moment)
    {
        g += weightDecay * w;
        if (momentum == 0)
        {
            return w - LearningRate * g;
        }

        ref double v = ref moment("velocity");
        v = momentum * v + g;
        return w - LearningRate * (nesterov ? g + momentum * v : v);
    }
}
