using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Training.Optimizers;

/// <summary>Moves weights against their gradients, in one pass that reads and writes each weight, gradient and moment once.</summary>
/// <remarks>
/// Each optimizer is PyTorch's of the same name: in the equations w is a weight, g = scale * gradient its gradient, t the number of
/// this step, from 1. Factors that depend on t are computed in double precision; the pass is in single precision, each operation
/// rounded once, so its results do not depend on the machine's vectors. Moments below 2^-102 become 0, so that what is not used for a
/// long time does not become slow. The cost is that of reading and writing the arenas once; nothing is allocated after
/// <see cref="Attach"/>. An optimizer serves one model, from one thread at a time.
/// </remarks>
public abstract class Optimizer : IDisposable
{
    /// <summary>Beside a second moment that is flushed to zero, a smaller epsilon would no longer be negligible.</summary>
    private const double SmallestEpsilon = 1e-12;

    private readonly string _settings;
    private ParameterLayout? _layout;
    private (string Name, ParameterSet Moment)[] _moments = [];

    private protected Optimizer(double learningRate, double weightDecay, FormattableString settings)
    {
        _settings = settings.ToString(CultureInfo.InvariantCulture);
        LearningRate = learningRate;
        WeightDecay = weightDecay;
    }

    /// <summary>The learning rate of the next step; set it from a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        set => field = NotNegative(value, nameof(LearningRate));
    }

    /// <summary>How strongly weights are drawn to 0; it applies to every tensor, biases too, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double WeightDecay
    {
        get;
        set => field = NotNegative(value, nameof(WeightDecay));
    }

    /// <summary>How many updates there were. Set it, and the <see cref="Moments"/>, to go on from a checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long StepCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(StepCount));
            field = value;
        }
    }

    /// <summary>The state for a checkpoint, named as in PyTorch's; none before <see cref="Attach"/>.</summary>
    public IReadOnlyList<(string Name, ParameterSet Moment)> Moments => _moments;

    /// <summary>The vectors' width: tests force it.</summary>
    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>The kind and the constants that cannot change: what a checkpoint compares before it goes on.</summary>
    public override string ToString() => _settings;

    private protected abstract string[] MomentNames { get; }

    /// <summary>Takes memory for the moments of a model and starts from step 0; what was attached before is dropped.</summary>
    /// <param name="layout">The layout of the weights and gradients to come.</param>
    public void Attach(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Dispose();
        _layout = layout;
        _moments = [.. MomentNames.Select(name => (name, new ParameterSet(layout)))];
        StepCount = 0;
        OnAttached();
    }

    /// <summary>One step over all weights.</summary>
    /// <param name="weights">Read and written.</param>
    /// <param name="gradients">Read; of the same layout.</param>
    /// <param name="gradientScale">What gradients are multiplied by: a clipping coefficient, one over the batches accumulated.</param>
    /// <exception cref="InvalidOperationException">No layout is attached.</exception>
    /// <exception cref="ArgumentException">The layout of <paramref name="weights"/> or <paramref name="gradients"/> is not the attached one.</exception>
    /// <exception cref="ArgumentException"><paramref name="weights"/> and <paramref name="gradients"/> are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gradientScale"/> is not finite: the gradients' norm was not.</exception>
    /// <exception cref="ObjectDisposedException">An arena went back to the pool.</exception>
    public void Update(ParameterSet weights, ParameterSet gradients, float gradientScale = 1f)
    {
        BeginStep(weights, gradients, gradientScale);
        UpdateRange(weights, gradients, gradientScale, 0, weights.Layout.Length, 0);
    }

    /// <summary>Returns the moments' memory to the pool.</summary>
    public void Dispose()
    {
        foreach ((_, ParameterSet moment) in _moments)
        {
            moment.Dispose();
        }

        _moments = [];
        _layout = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Checks, and counts the step whose ranges follow; ranges that do not meet may be updated at once by several threads.</summary>
    internal void BeginStep(ParameterSet weights, ParameterSet gradients, float gradientScale)
    {
        CheckLayout(weights, nameof(weights));
        CheckLayout(gradients, nameof(gradients));
        if (ReferenceEquals(weights, gradients))
        {
            throw new ArgumentException("The weights and the gradients are the same arena.", nameof(gradients));
        }

        if (!float.IsFinite(gradientScale))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale), gradientScale, "Expected a finite number: is a gradient NaN or infinite?");
        }

        StepCount++;
    }

    /// <summary>
    /// One step for the arena's floats from <paramref name="start"/> on, whose gradients begin at <paramref name="gradient"/>; the numbers are multiples of 16.
    /// </summary>
    internal void UpdateRange(ParameterSet weights, ParameterSet gradients, float gradientScale, int start, int length, int gradient)
    {
        Debug.Assert(start % Block.Size == 0 && length % Block.Size == 0 && gradient % Block.Size == 0, "Ranges are of whole blocks.");
        Run(weights.All.Slice(start, length), gradients.All.Slice(gradient, length), gradientScale, start);
    }

    /// <summary>The pass over a range that starts at <paramref name="start"/> of the arena.</summary>
    private protected abstract void Run(Span<float> weights, ReadOnlySpan<float> gradients, float scale, int start);

    private protected virtual void OnAttached()
    {
    }

    /// <summary>The first float of a moment's range.</summary>
    private protected ref float Moment(int index, int start) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(_moments[index].Moment.All), start);

    private protected static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number of at least 0.");

    private protected static double BelowOne(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a number in [0, 1).");

    private protected static double Epsilon(double value) => value >= SmallestEpsilon && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException("epsilon", value, $"Expected at least {SmallestEpsilon}, since tiny moments are flushed to 0.");

    private void CheckLayout(ParameterSet set, string name)
    {
        ArgumentNullException.ThrowIfNull(set, name);
        ParameterLayout attached = _layout ?? throw new InvalidOperationException("The optimizer is not attached to a layout: call Attach first.");
        ParameterLayout found = set.Layout;
        if (ReferenceEquals(found, attached))
        {
            return;
        }

        if (found.Tensors.Count != attached.Tensors.Count)
        {
            throw new ArgumentException($"{name}: expected {attached.Tensors.Count} tensors, found {found.Tensors.Count}.", name);
        }

        for (int i = 0; i < found.Tensors.Count; i++)
        {
            ParameterInfo expected = attached.Tensors[i], here = found.Tensors[i];
            if (here != expected)
            {
                throw new ArgumentException($"{name}: expected {expected.Name} {expected.ShapeText}, found {here.Name} {here.ShapeText}.", name);
            }
        }
    }
}
