namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>
/// oneDNN's layouts, from the slowest index to the fastest: l layer, d direction, t step, n sequence, c unit; of weights i input, g gate,
/// o unit. The numbers are those of its C API.
/// </summary>
internal enum DnnTag
{
    /// <summary>Whatever the primitive likes best.</summary>
    Any = 1,

    /// <summary>Sequences as PyTorch has them.</summary>
    Tnc = 4,

    /// <summary>States, and biases (ldgo): neither permutes anything.</summary>
    Ldnc = 5,

    /// <summary>Weights by input, the layout of a plain product from the right.</summary>
    Ldigo = 7,

    /// <summary>Weights by unit: PyTorch's.</summary>
    Ldgoi = 16,
}
