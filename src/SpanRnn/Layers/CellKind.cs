namespace SpanRnn.Layers;

/// <summary>The recurrent cells.</summary>
public enum CellKind
{
    /// <summary>h = tanh(W x + R h' + b) (Elman 1990).</summary>
    Rnn,

    /// <summary>h = max(0, W x + R h' + b).</summary>
    RnnRelu,

    /// <summary>Long short-term memory: i, f, o = sigmoid(...), g = tanh(...), c = f c' + i g, h = o tanh(c).</summary>
    Lstm,

    /// <summary>Gated recurrent unit, reset after the product (PyTorch's, Keras's default): n = tanh(W x + b + r (R h' + b_hn)).</summary>
    Gru,

    /// <summary>Gated recurrent unit, reset before the product (Cho et al. 2014): n = tanh(W x + R (r h') + b).</summary>
    GruResetBefore,
}
