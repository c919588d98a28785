using System.Globalization;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>A loss that is summed over the elements of outputs and targets of one shape.</summary>
/// <remarks>
/// A mask tells which elements count: none (all do), one number for each row, or one for each element, told apart by its length;
/// what is above 0 counts. What does not count may be NaN, and its gradient is 0. The mean is over what counts. The sum has
/// one order, so the same bits at every vector width. Nothing is allocated.
/// </remarks>
public abstract class ElementLoss
{
    private readonly string _settings;

    private protected ElementLoss(LossReduction reduction, FormattableString settings)
    {
        Reduction = reduction;
        _settings = string.Create(CultureInfo.InvariantCulture, $"{settings.ToString(CultureInfo.InvariantCulture)} reduction={reduction}");
    }

    /// <summary>What gradients are gradients of.</summary>
    public LossReduction Reduction { get; }

    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>The kind and all constants: what a checkpoint compares before it goes on.</summary>
    public override string ToString() => _settings;

    /// <summary>The loss alone.</summary>
    /// <param name="outputs">Rows of numbers.</param>
    /// <param name="targets">Rows of as many numbers, <see cref="RowShape.TargetStride"/> apart.</param>
    /// <param name="mask">Empty, one number for each row, or rows like the targets'.</param>
    /// <param name="shape">Where the rows lie.</param>
    /// <exception cref="ArgumentException">A span is too short for the shape.</exception>
    public LossResult Loss(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape) =>
        Checked(outputs, targets, mask, shape, [], default);

    /// <summary>The loss, and its gradient with respect to the outputs.</summary>
    /// <param name="outputs">Rows of numbers.</param>
    /// <param name="targets">Rows of as many numbers, <see cref="RowShape.TargetStride"/> apart.</param>
    /// <param name="mask">Empty, one number for each row, or rows like the targets'.</param>
    /// <param name="shape">Where the rows lie.</param>
    /// <param name="gradients">Written, in rows like the outputs'; may be <paramref name="outputs"/> itself, but no other argument.</param>
    /// <exception cref="ArgumentException">A span is too short for the shape.</exception>
    /// <exception cref="ArgumentException"><paramref name="gradients"/> overlap <paramref name="outputs"/>, shifted.</exception>
    /// <exception cref="ArgumentException"><paramref name="gradients"/> overlap <paramref name="targets"/> or <paramref name="mask"/>.</exception>
    public LossResult LossAndGradients(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients) =>
        LossAndGradients(outputs, targets, mask, shape, gradients, default);

    /// <summary>The same, by several threads.</summary>
    internal LossResult LossAndGradients(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads)
    {
        shape.CheckFits(gradients.Length, shape.Stride, nameof(gradients));
        RowShape.CheckOverlap(outputs, gradients);
        if (targets.Overlaps(gradients) || mask.Overlaps(gradients))
        {
            throw new ArgumentException("gradients: overlap the targets or the mask.", nameof(gradients));
        }

        return Checked(outputs, targets, mask, shape, gradients, threads);
    }

    private protected abstract LossResult Run(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads);

    private protected LossResult Run<TLoss>(
        TLoss rule, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients,
        LossThreads threads)
        where TLoss : struct, IElementLoss
    {
        bool byRow = mask.Length == shape.Rows;
        long count = Count(mask, shape, byRow);
        var pass = new ElementPass<TLoss>
        {
            Rule = rule,
            Outputs = outputs,
            Targets = targets,
            RowMask = byRow ? mask : [],
            ElementMask = byRow ? [] : mask,
            Gradients = gradients,
            Shape = shape,
            Scale = Reduction == LossReduction.Mean && count > 0 ? (float)(1.0 / count) : 1f,
        };
        return new LossResult(threads.Run(Isa, ref pass, shape), count);
    }

    private static long Count(ReadOnlySpan<float> mask, RowShape shape, bool byRow)
    {
        if (mask.IsEmpty)
        {
            return shape.Count;
        }

        long count = 0;
        for (int row = 0; row < shape.Rows; row++)
        {
            foreach (float element in mask.Slice(byRow ? row : row * shape.TargetStride, byRow ? 1 : shape.Columns))
            {
                count += element > 0 ? 1 : 0;
            }
        }

        return byRow ? count * shape.Columns : count;
    }

    private LossResult Checked(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, RowShape shape, Span<float> gradients, LossThreads threads)
    {
        shape.CheckFits(outputs.Length, shape.Stride, nameof(outputs));
        shape.CheckFits(targets.Length, shape.TargetStride, nameof(targets));
        if (!mask.IsEmpty && mask.Length != shape.Rows)
        {
            shape.CheckFits(mask.Length, shape.TargetStride, nameof(mask));
        }

        return Run(outputs, targets, mask, shape, gradients, threads);
    }
}
