namespace SpanRnn.Models;

/// <summary>The loss or a gradient is NaN or infinite. The weights are those of the last good step.</summary>
/// <param name="what">What is not finite.</param>
/// <param name="value">What was found.</param>
/// <param name="step">Updates done before.</param>
public sealed class TrainingDivergedException(string what, double value, long step) : ArithmeticException(
    $"{what} is {value} after {step:N0} updates; nothing was changed. Is there a NaN in the input, or is the learning rate too high for gradients that are not clipped?")
{
    /// <summary>Updates done before.</summary>
    public long Step { get; } = step;
}
