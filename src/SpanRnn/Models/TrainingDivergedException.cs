namespace SpanRnn.Models;

/// <summary>The loss or a gradient, or what a checkpoint would hold, is NaN or infinite. Neither weights nor file were changed.</summary>
/// <param name="what">What is not finite.</param>
/// <param name="value">What was found.</param>
/// <param name="step">Updates done before.</param>
public sealed class TrainingDivergedException(string what, double value, long step) : ArithmeticException(
    $"{what} is {value} after {step:N0} updates; nothing was changed. Is there a NaN in the input, or is the learning rate too high for gradients that are not clipped?")
{
    /// <summary>Updates done before.</summary>
    public long Step { get; } = step;
}
