namespace SpanRnn.Tests.Twin;

/// <summary>An optimizer that updates one scalar at a time and keeps its moments by the tensor's name.</summary>
public abstract class TwinOptimizer(double learningRate)
{
    private readonly Dictionary<(string Tensor, string Moment), double[]> moments = [];

    public double LearningRate { get; set; } = learningRate;

    /// <summary>How many steps have begun: 1 during the first.</summary>
    public int StepCount { get; private set; }

    /// <summary>Updates every parameter that has a gradient, in place.</summary>
    public void Step(IReadOnlyDictionary<string, double[]> parameters, IReadOnlyDictionary<string, double[]> gradients)
    {
        StepCount++;
        foreach ((string name, double[] gradient) in gradients)
        {
            double[] w = parameters[name];
            for (int k = 0; k < w.Length; k++)
            {
                w[k] = Updated(w[k], gradient[k], moment => ref Moments(name, moment, w.Length)[k]);
            }
        }
    }

    /// <summary>A reference to one of the moments of the scalar at hand, 0 at first.</summary>
    protected delegate ref double MomentOf(string moment);

    protected abstract double Updated(double w, double g, MomentOf moment);

    private double[] Moments(string tensor, string moment, int count)
    {
        if (!moments.TryGetValue((tensor, moment), out double[]? values))
        {
            moments[(tensor, moment)] = values = new double[count];
        }

        return values;
    }
}
