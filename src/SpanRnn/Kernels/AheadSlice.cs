namespace SpanRnn.Kernels;

/// <summary>Some terms of one tile of an <see cref="AheadProduct"/>: where they lie, and what they are added to.</summary>
internal ref struct AheadSlice
{
    /// <summary>The tile's first row of A and its vectors of B, both at the first term; what its sums start from; its sums.</summary>
    public ref float A, B, Init, C;

    /// <summary>Bytes between rows of Init.</summary>
    public nint InitRow;

    /// <summary>How many terms.</summary>
    public int Depth;
}
