using SpanRnn.Layers;
using SpanRnn.Models;

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

    /// <summary>
    /// For files of named tensors that hold more than one model: only names that start with this and a dot belong to it. Null for all.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>For PyTorch checkpoints: the keys that lead to the wanted state dict, joined by dots (<c>ema.state_dict</c>). Null to find it.</summary>
    public string? Entry { get; init; }

    /// <summary>For state dicts and Keras's arrays, which do not tell: what the layers after the recurrent ones see, every step or the final states.</summary>
    public HeadInput Head { get; init; } = HeadInput.EveryStep;

    /// <summary>The layers' names from input to output, for Keras's arrays whose order cannot be told from their sizes; null to tell it from them.</summary>
    public IReadOnlyList<string>? LayerOrder { get; init; }
}
