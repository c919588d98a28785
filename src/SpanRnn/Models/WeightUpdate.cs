using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Models;

/// <summary>An optimizer's steps for a model's weights, range by range.</summary>
internal sealed class WeightUpdate(Optimizer optimizer, ParameterSet weights, ParameterSet gradients, int layers) : IWeightUpdate
{
    private readonly List<IPackedLayer> _finished = new(layers);
    private float _scale;

    public ParameterSet Weights => weights;

    /// <summary>Begins the step whose ranges follow.</summary>
    /// <param name="scale">What gradients are multiplied by.</param>
    public void Begin(float scale)
    {
        _scale = scale;
        _finished.Clear();
        optimizer.BeginStep(weights, gradients, scale);
    }

    public void Run(int start, int length, int gradient) => optimizer.UpdateRange(weights, gradients, _scale, start, length, gradient);

    public ReadsAfter ReadsOf(int start, bool areWeightsNear)
    {
        var reads = new ReadsAfter();
        if (!areWeightsNear)
        {
            reads.Add(weights.All[start..]);
        }

        for (int i = 0; i < optimizer.Moments.Count; i++)
        {
            reads.Add(optimizer.Moments[i].Moment.All[start..]);
        }

        return reads;
    }

    public void Finish(IPackedLayer layer) => _finished.Add(layer);

    /// <summary>Whether the way back has changed a layer already.</summary>
    public bool IsFinished(IPackedLayer layer) => _finished.Contains(layer);
}
