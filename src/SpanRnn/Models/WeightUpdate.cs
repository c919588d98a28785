using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Models;

/// <summary>An optimizer's steps for a model's weights, range by range.</summary>
internal sealed class WeightUpdate(Optimizer optimizer, ParameterSet weights, ParameterSet gradients) : IWeightUpdate
{
    private float _scale;

    /// <summary>Begins the step whose ranges follow.</summary>
    /// <param name="scale">What gradients are multiplied by.</param>
    public void Begin(float scale)
    {
        _scale = scale;
        optimizer.BeginStep(weights, gradients, scale);
    }

    public void Run(int start, int length) => optimizer.UpdateRange(weights, gradients, _scale, start, length);
}
