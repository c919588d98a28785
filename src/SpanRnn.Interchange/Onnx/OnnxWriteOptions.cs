namespace SpanRnn.Interchange.Onnx;

/// <summary>What a written graph takes and gives beside x and y.</summary>
public sealed record OnnxWriteOptions
{
    /// <summary>Whether the graph takes <c>h0</c> and <c>c0</c> and gives <c>hn</c> and <c>cn</c>, [layers x D, B, H] as PyTorch's; only of a bare stack.</summary>
    public bool WithStates { get; init; }

    /// <summary>Whether the graph takes <c>lengths</c>, [B] of 32-bit integers: steps of each sequence; outputs past them are 0.</summary>
    public bool WithLengths { get; init; }
}
