namespace SpanRnn.Tests.Training;

/// <summary>One scalar's update in double precision, written from PyTorch's definition: weight, gradient, moments, step from 1.</summary>
internal delegate double OptimizerTwin(double w, double g, double[] moments, long t);

internal static class OptimizerTwins
{
    public static OptimizerTwin Sgd(double lr, double momentum, bool nesterov, double decay) => (w, g, s, t) =>
    {
        g += decay * w;
        if (momentum == 0)
        {
            return w - lr * g;
        }

        s[0] = t == 1 ? g : momentum * s[0] + g;
        return w - lr * (nesterov ? g + momentum * s[0] : s[0]);
    };

    public static OptimizerTwin Adam(
        double lr, double b1, double b2, double eps, double decay, bool amsGrad, bool decoupled, bool keras) => (w, g, s, t) =>
    {
        if (decoupled)
        {
            w *= 1 - lr * decay;
        }
        else
        {
            g += decay * w;
        }

        s[0] = b1 * s[0] + (1 - b1) * g;
        s[1] = b2 * s[1] + (1 - b2) * g * g;
        s[2] = Math.Max(s[2], s[1]);
        double v = amsGrad ? s[2] : s[1], correction1 = 1 - Math.Pow(b1, t), correction2 = 1 - Math.Pow(b2, t);
        return keras
            ? w - lr * Math.Sqrt(correction2) / correction1 * s[0] / (Math.Sqrt(v) + eps)
            : w - lr / correction1 * s[0] / (Math.Sqrt(v) / Math.Sqrt(correction2) + eps);
    };

    public static OptimizerTwin RmsProp(
        double lr, double alpha, double eps, double decay, double momentum, bool centered, bool keras) => (w, g, s, _) =>
    {
        g += decay * w;
        s[0] = alpha * s[0] + (1 - alpha) * g * g;
        s[1] = alpha * s[1] + (1 - alpha) * g;
        double u = centered ? s[0] - s[1] * s[1] : s[0];
        double d = g / (keras ? Math.Sqrt(u + eps) : Math.Sqrt(u) + eps);
        s[2] = momentum * s[2] + d;
        return w - lr * s[2];
    };

    public static OptimizerTwin Adagrad(double lr, double lrDecay, double decay, double initial, double eps, bool keras) => (w, g, s, t) =>
    {
        g += decay * w;
        s[0] = (t == 1 ? initial : s[0]) + g * g;
        return w - lr / (1 + (t - 1) * lrDecay) * g / (keras ? Math.Sqrt(s[0] + eps) : Math.Sqrt(s[0]) + eps);
    };
}
