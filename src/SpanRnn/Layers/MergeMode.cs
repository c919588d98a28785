namespace SpanRnn.Layers;

/// <summary>How the outputs of a layer's two directions, f forward and r reverse, become one.</summary>
public enum MergeMode
{
    /// <summary>Side by side: [f, r], 2 S numbers.</summary>
    Concat,

    /// <summary>f + r.</summary>
    Sum,

    /// <summary>f r, number by number.</summary>
    Multiply,

    /// <summary>(f + r) / 2.</summary>
    Average,
}
