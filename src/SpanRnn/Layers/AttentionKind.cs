namespace SpanRnn.Layers;

/// <summary>How a decoder's output h[t] (Q numbers) is compared with an encoder's outputs y[s] (K numbers): the score e[t, s].</summary>
public enum AttentionKind
{
    /// <summary>No attention: the decoder knows the source by its context alone.</summary>
    None,

    /// <summary>h . y, for Q = K (Luong, Pham and Manning 2015).</summary>
    Dot,

    /// <summary>h . W y, W [Q, K] (Luong, Pham and Manning 2015).</summary>
    General,

    /// <summary>v . tanh(U h + W y), U [A, Q], W [A, K], v [A] (Bahdanau, Cho and Bengio 2015).</summary>
    Additive,
}
