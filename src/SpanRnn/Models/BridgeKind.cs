namespace SpanRnn.Models;

/// <summary>How a decoder's initial states come from the source.</summary>
public enum BridgeKind
{
    /// <summary><see cref="Direct"/> where the states fit, else <see cref="Learned"/>.</summary>
    Auto,

    /// <summary>Each decoder layer starts from the final h and c of the encoder's layer: as many layers, of the same sizes, one direction.</summary>
    Direct,

    /// <summary>All states of all layers are tanh(W v + b), v the context.</summary>
    Learned,
}
