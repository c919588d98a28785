using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, torch.optim.SGD with dampening 0.</summary>
/// <remarks>
/// g += decay w; b = momentum b + g; w -= lr b, or with Nesterov's momentum w -= lr (g + momentum b)
/// (Sutskever, Martens, Dahl and Hinton 2013). Without momentum w -= lr g, and there is no state.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>The optimizer with these constants.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="momentum"/> is not in [0, 1).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative or not finite.</exception>
    public Sgd(double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(learningRate, weightDecay, $"SGD momentum={momentum} nesterov={nesterov}")
    {
        _momentum = BelowOne(momentum, nameof(momentum));
        _nesterov = nesterov;
    }

    private protected override string[] MomentNames => _momentum > 0 ? ["momentum_buffer"] : [];

    private protected override void Run(Span<float> weights, ReadOnlySpan<float> gradients, float scale, int start)
    {
        bool hasMomentum = _momentum > 0;
        var pass = new SgdPass
        {
            Weight = ref MemoryMarshal.GetReference(weights),
            Gradient = ref MemoryMarshal.GetReference(gradients),
            Buffer = ref hasMomentum ? ref Moment(0, start) : ref Unsafe.NullRef<float>(),
            Length = weights.Length,
            HasMomentum = hasMomentum,
            Nesterov = _nesterov,
            Scale = scale,
            Decay = (float)WeightDecay,
            Momentum = (float)_momentum,
            Step = (float)LearningRate,
        };
        Isa.Run(ref pass);
    }
}
