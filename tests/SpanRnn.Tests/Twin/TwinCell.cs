namespace SpanRnn.Tests.Twin;

/// <summary>The recurrent equations the twin knows; each is written out in <see cref="TwinEquations"/>.</summary>
public enum TwinCell
{
    ElmanTanh,
    ElmanRelu,
    Lstm,

    /// <summary>Reset after the product, as PyTorch and cuDNN: n = tanh(W x + b_in + r * (R h' + b_hn)).</summary>
    Gru,

    /// <summary>Reset before the product, as arXiv 1406.1078 v3: n = tanh(W x + b_in + R (r * h') + b_hn).</summary>
    GruBefore,
}
