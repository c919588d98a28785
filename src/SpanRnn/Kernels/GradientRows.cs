namespace SpanRnn.Kernels;

/// <summary>Which rows of a weight matrix's gradient are computed, and where they go.</summary>
internal ref struct GradientRows
{
    /// <summary>The gradient's first row, or that of blocks that are computed alone; padding gets sums over x's padding, which is zero.</summary>
    public ref float First;

    /// <summary>Floats from one row to the next: whole blocks.</summary>
    public int Stride;

    /// <summary>Whether to add to what the rows hold.</summary>
    public bool Accumulate;

    /// <summary>Which part of the rows is computed, of how many; the others may be at the same time.</summary>
    public int Part, Parts;

    /// <summary>Blocks of 16 rows of one gate each that are computed alone, one after the other from <see cref="First"/> on; none if they go where they belong.</summary>
    public BlockRange Alone;

    /// <summary>What is read of the same rows of a matrix right after, if they are few: asked for meanwhile where it comes from far away.</summary>
    public ReadsAfter After;

    /// <summary>All rows of a matrix, or a part of them.</summary>
    public static GradientRows Of(ref float first, int stride, bool accumulate, int part = 0, int parts = 1) =>
        new() { First = ref first, Stride = stride, Accumulate = accumulate, Part = part, Parts = parts };

    /// <summary>Some blocks alone, at least one, numbered unit by unit, gate by gate, at a place of their own.</summary>
    public static GradientRows AloneAt(ref float place, int stride, BlockRange blocks, in ReadsAfter after = default) =>
        new() { First = ref place, Stride = stride, Alone = blocks, After = after };

    /// <summary>Which of all blocks, numbered unit by unit, gate by gate.</summary>
    public readonly BlockRange BlocksOf(int count) => Alone.Count > 0 ? Alone : BlockRange.Part(count, Part, Parts);
}
