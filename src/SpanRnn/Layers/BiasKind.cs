namespace SpanRnn.Layers;

/// <summary>How many bias vectors a recurrent layer learns.</summary>
public enum BiasKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>One, beside the input's weights; enough, since the two are added in every formula but one (a GRU's b_hn).</summary>
    Single,

    /// <summary>Two, as PyTorch: one beside the input's weights, one beside the recurrent weights.</summary>
    Double,
}
