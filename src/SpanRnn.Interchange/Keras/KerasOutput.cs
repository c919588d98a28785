namespace SpanRnn.Interchange.Keras;

/// <summary>What a call of a Keras layer gives.</summary>
public sealed class KerasOutput
{
    /// <summary>[N, T, size] with <c>return_sequences</c>, else [N, size].</summary>
    public required float[] Output { get; init; }

    /// <summary>The backward layer's output, of a Bidirectional without merge mode; else null.</summary>
    public float[]? BackwardOutput { get; init; }

    /// <summary>What <c>return_state</c> adds: [N, units] each; h, or h and c of an LSTM, the forward layer's before the backward layer's.</summary>
    public required IReadOnlyList<float[]> States { get; init; }
}
