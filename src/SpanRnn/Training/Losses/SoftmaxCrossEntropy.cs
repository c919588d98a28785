using System.Globalization;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>Softmax and cross-entropy of rows of logits, torch.nn.CrossEntropyLoss with class indices.</summary>
/// <remarks>
/// p = softmax(a); the loss of a row with target t is (1 - s) (-ln p_t) + s / C sum_j (-ln p_j), s the label smoothing (Szegedy et
/// al., arXiv 1512.00567); its gradient d loss / d a_j = p_j - (1 - s) [j = t] - s / C, divided by the rows that count if the
/// reduction is the mean. Exponentials are of a - max a; the sum without the target's term is kept apart, so that gradients keep their
/// relative precision where p_t is almost 1. Probabilities below e^-69 are 0. NaN in a row that counts makes the loss NaN.
/// </remarks>
public sealed class SoftmaxCrossEntropy
{
    /// <summary>The loss with these constants; the defaults are PyTorch's.</summary>
    /// <param name="ignoreIndex">Rows with this target do not count, and their gradients are 0.</param>
    /// <param name="labelSmoothing">s, in [0, 1].</param>
    /// <param name="reduction">What gradients are gradients of.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is not in [0, 1].</exception>
    public SoftmaxCrossEntropy(int ignoreIndex = -100, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean)
    {
        if (labelSmoothing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "Expected a number in [0, 1].");
        }

        IgnoreIndex = ignoreIndex;
        LabelSmoothing = labelSmoothing;
        Reduction = reduction;
    }

    /// <summary>The target of rows that do not count.</summary>
    public int IgnoreIndex { get; }

    /// <summary>How much of the target is spread over all classes.</summary>
    public double LabelSmoothing { get; }

    /// <summary>What gradients are gradients of.</summary>
    public LossReduction Reduction { get; }

    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>The kind and all constants: what a checkpoint compares before it goes on.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"cross-entropy ignore={IgnoreIndex} smoothing={LabelSmoothing} reduction={Reduction}");

    /// <summary>The loss alone.</summary>
    /// <param name="logits">Rows of C logits.</param>
    /// <param name="targets">One class, 0 to C - 1, or the ignored index, for each row.</param>
    /// <param name="shape">Where the rows lie.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is too short for the shape.</exception>
    /// <exception cref="ArgumentException"><paramref name="targets"/> are not one for each row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither a class nor ignored.</exception>
    public LossResult Loss(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, RowShape shape)
    {
        shape.CheckFits(logits.Length, shape.Stride, nameof(logits));
        return Run(logits, targets, shape, [], default);
    }

    /// <summary>The loss, and its gradient with respect to the logits.</summary>
    /// <param name="logits">Rows of C logits.</param>
    /// <param name="targets">One class, 0 to C - 1, or the ignored index, for each row.</param>
    /// <param name="shape">Where the rows of <paramref name="logits"/> and of <paramref name="gradients"/> lie.</param>
    /// <param name="gradients">Written; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> or <paramref name="gradients"/> is too short for the shape.</exception>
    /// <exception cref="ArgumentException"><paramref name="gradients"/> overlap <paramref name="logits"/>, shifted.</exception>
    /// <exception cref="ArgumentException"><paramref name="targets"/> are not one for each row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither a class nor ignored; nothing was written.</exception>
    public LossResult LossAndGradients(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, RowShape shape, Span<float> gradients) =>
        LossAndGradients(logits, targets, shape, gradients, default);

    /// <summary>The same, by several threads.</summary>
    internal LossResult LossAndGradients(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, RowShape shape, Span<float> gradients, LossThreads threads)
    {
        shape.CheckFits(logits.Length, shape.Stride, nameof(logits));
        shape.CheckFits(gradients.Length, shape.Stride, nameof(gradients));
        RowShape.CheckOverlap(logits, gradients);
        return Run(logits, targets, shape, gradients, threads);
    }

    private LossResult Run(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, RowShape shape, Span<float> gradients, LossThreads threads)
    {
        long count = Count(targets, shape);
        var pass = new SoftmaxPass
        {
            Logits = logits,
            Targets = targets,
            Gradients = gradients,
            Shape = shape,
            IgnoreIndex = IgnoreIndex,
            Smoothing = LabelSmoothing,
            Scale = Reduction == LossReduction.Mean && count > 0 ? 1.0 / count : 1,
        };
        return new LossResult(threads.Run(Isa, ref pass, shape), count);
    }

    private long Count(ReadOnlySpan<int> targets, RowShape shape)
    {
        if (targets.Length != shape.Rows)
        {
            throw new ArgumentException($"targets: expected one for each of {shape.Rows} rows, found {targets.Length}.", nameof(targets));
        }

        long count = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            if (targets[row] == IgnoreIndex)
            {
                continue;
            }

            if ((uint)targets[row] >= (uint)shape.Columns)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), targets[row], $"targets[{row}]: expected one of {shape.Columns} classes (0 to {shape.Columns - 1}), found {targets[row]}.");
            }

            count++;
        }

        return count;
    }
}
