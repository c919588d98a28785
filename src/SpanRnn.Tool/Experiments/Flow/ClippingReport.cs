namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>A training of a network whose gradients explode.</summary>
internal sealed record ClippingReport
{
    public required string Name { get; init; }

    /// <summary>Null: not clipped.</summary>
    public required double? Clip { get; init; }

    /// <summary>Why it ended; what the library said if it diverged.</summary>
    public required string Ended { get; init; }

    public required bool Diverged { get; init; }

    /// <summary>The loss of each update's batch, before the update.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The global norm of each update's gradients, before clipping.</summary>
    public required IReadOnlyList<double> NormsBefore { get; init; }

    /// <summary>The same after clipping, measured by how far the weights moved: |dw| / learning rate.</summary>
    public required IReadOnlyList<double> NormsAfter { get; init; }
}
