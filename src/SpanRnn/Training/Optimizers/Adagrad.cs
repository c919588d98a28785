using System.Runtime.InteropServices;
using SpanRnn.Parameters;

namespace SpanRnn.Training.Optimizers;

/// <summary>Adagrad (Duchi, Hazan and Singer 2011), torch.optim.Adagrad.</summary>
/// <remarks>
/// g += decay w; s += g^2; w -= lr / (1 + (t - 1) lrDecay) * g / (sqrt(s) + eps).
/// With <see cref="EpsilonStyle.Keras"/>: g / sqrt(s + eps).
/// </remarks>
public sealed class Adagrad : Optimizer
{
    private readonly double _learningRateDecay, _initial, _epsilon;
    private readonly EpsilonStyle _style;

    /// <summary>The optimizer with these constants; the defaults are PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRateDecay"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weightDecay"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialAccumulator"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is below 1e-12 or not finite.</exception>
    public Adagrad(
        double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0, double initialAccumulator = 0,
        double epsilon = 1e-10, EpsilonStyle epsilonStyle = EpsilonStyle.PyTorch)
        : base(
            learningRate, weightDecay,
            $"Adagrad lr_decay={learningRateDecay} initial_accumulator={initialAccumulator} epsilon={epsilon} style={epsilonStyle}")
    {
        _learningRateDecay = NotNegative(learningRateDecay, nameof(learningRateDecay));
        _initial = NotNegative(initialAccumulator, nameof(initialAccumulator));
        _epsilon = Epsilon(epsilon);
        _style = epsilonStyle;
    }

    private protected override string[] MomentNames => ["sum"];

    private protected override void OnAttached()
    {
        ParameterSet sum = Moments[0].Moment;
        for (int i = 0; i < sum.Layout.Tensors.Count; i++)
        {
            TensorView tensor = sum[i];
            for (int row = 0; row < tensor.Rows; row++)
            {
                tensor.Row(row).Fill((float)_initial);
            }
        }
    }

    private protected override void Run(Span<float> weights, ReadOnlySpan<float> gradients, float scale, int start)
    {
        var pass = new AdagradPass
        {
            Weight = ref MemoryMarshal.GetReference(weights),
            Gradient = ref MemoryMarshal.GetReference(gradients),
            Sum = ref Moment(0, start),
            Length = weights.Length,
            Scale = scale,
            Decay = (float)WeightDecay,
            Step = (float)(LearningRate / (1 + (StepCount - 1) * _learningRateDecay)),
            EpsilonUnder = _style == EpsilonStyle.Keras ? (float)_epsilon : 0f,
            EpsilonBeside = _style == EpsilonStyle.Keras ? 0f : (float)_epsilon,
        };
        Isa.Run(ref pass);
    }
}
