using System.Globalization;

namespace SpanRnn.Training.Schedules;

/// <summary>The learning rate as a function of the step alone, so that a resumed training needs no state.</summary>
public abstract class Schedule
{
    private protected Schedule()
    {
    }

    /// <summary>The learning rate of a step; the first step is 0 (PyTorch's last_epoch).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is negative.</exception>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Rate(step);
    }

    /// <summary>Always the same: lr.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    public static Schedule Constant(double learningRate) => new ConstantSchedule(Valid(learningRate, nameof(learningRate)));

    /// <summary>lr factor^floor(step / every): torch.optim.lr_scheduler.StepLR.</summary>
    /// <param name="learningRate">The first learning rate.</param>
    /// <param name="every">Steps from one decay to the next (PyTorch's step_size).</param>
    /// <param name="factor">What each decay multiplies by (PyTorch's gamma).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> or <paramref name="factor"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is not positive.</exception>
    public static Schedule StepDecay(double learningRate, long every, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        return new StepDecaySchedule(Valid(learningRate, nameof(learningRate)), every, Valid(factor, nameof(factor)));
    }

    /// <summary>min + (lr - min) (1 + cos(pi step / steps)) / 2, then min: torch.optim.lr_scheduler.CosineAnnealingLR up to its T_max.</summary>
    /// <remarks>Loshchilov and Hutter, arXiv 1608.03983, without restarts. Past the last step PyTorch's would rise again; this stays.</remarks>
    /// <param name="learningRate">The first learning rate.</param>
    /// <param name="steps">Steps to the minimum (PyTorch's T_max).</param>
    /// <param name="minimum">The last learning rate (PyTorch's eta_min).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> or <paramref name="minimum"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is not positive.</exception>
    public static Schedule Cosine(double learningRate, long steps, double minimum = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new CosineSchedule(Valid(learningRate, nameof(learningRate)), steps, Valid(minimum, nameof(minimum)));
    }

    /// <summary>From <paramref name="first"/> to <paramref name="last"/> in a straight line, then <paramref name="last"/>.</summary>
    /// <param name="first">The value of step 0.</param>
    /// <param name="steps">Steps to the last value.</param>
    /// <param name="last">The last value.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> or <paramref name="last"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is not positive.</exception>
    public static Schedule Linear(double first, long steps, double last)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new LinearSchedule(Valid(first, nameof(first)), steps, Valid(last, nameof(last)));
    }

    /// <summary>k / (k + exp(step / k)), from nearly 1 to 0: a share of true inputs (Bengio et al. 2015, "scheduled sampling").</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1 or not finite.</exception>
    public static Schedule InverseSigmoid(double k) => k >= 1 && double.IsFinite(k)
        ? new InverseSigmoidSchedule(k)
        : throw new ArgumentOutOfRangeException(nameof(k), k, "Expected a finite number of at least 1.");

    /// <summary>
    /// For the first steps the first rate of <paramref name="then"/> times start + (1 - start) step / steps; after them
    /// <paramref name="then"/> from its own step 0: SequentialLR of LinearLR and another.
    /// </summary>
    /// <param name="steps">Steps until the full learning rate (PyTorch's total_iters and milestone).</param>
    /// <param name="then">What follows.</param>
    /// <param name="start">The first factor (PyTorch's start_factor); 0 would waste a step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative or not finite.</exception>
    public static Schedule WarmUp(long steps, Schedule then, double start = 1.0 / 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(then);
        return new WarmUpSchedule(steps, then, Valid(start, nameof(start)));
    }

    /// <summary>The kind and all constants: what a checkpoint compares before it goes on.</summary>
    public abstract override string ToString();

    private protected abstract double Rate(long step);

    private protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Valid(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number of at least 0.");
}
