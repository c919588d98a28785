namespace SpanRnn.Training.Clipping;

/// <summary>What clipping by the global norm found.</summary>
/// <param name="Norm">The norm of the scaled gradients before clipping; NaN or infinite when a gradient is, or is beyond 1e19.</param>
/// <param name="Scale">What the optimizer shall multiply gradients by: the scale that was given, times the coefficient; NaN if the norm is not finite.</param>
public readonly record struct ClippedNorm(double Norm, float Scale)
{
    /// <summary>Whether the step may be taken. If not, weights would be lost: skip it, or stop and say so.</summary>
    public bool IsFinite => double.IsFinite(Norm);
}
