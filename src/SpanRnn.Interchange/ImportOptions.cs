using SpanRnn.Layers;

namespace SpanRnn.Interchange;

/// <summary>What a file cannot say of itself, or says wrongly.</summary>
public sealed record ImportOptions
{
    /// <summary>Whether NaN and infinite weights are accepted; by default a file that holds one is refused.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>
    /// The cell, where the file's shapes tell only the number of gates: <see cref="CellKind.RnnRelu"/> or
    /// <see cref="CellKind.GruResetBefore"/>. A cell that contradicts the file is refused.
    /// </summary>
    public CellKind? Cell { get; init; }

    /// <summary>
    /// Where a GRU resets, whatever the file says: true for after the product (PyTorch, cuDNN). For files whose writer is known to have
    /// noted it wrongly; null to believe the file.
    /// </summary>
    public bool? ResetAfter { get; init; }
}
