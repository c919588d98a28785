namespace SpanRnn.Kernels;

/// <summary>Which rows of a weight matrix's gradient are computed, and where they go.</summary>
internal ref struct GradientRows
{
    /// <summary>The gradient's first row; padding gets sums over x's padding, which is zero.</summary>
    public ref float First;

    /// <summary>Floats from one row to the next: whole blocks.</summary>
    public int Stride;

    /// <summary>Whether to add to what the rows hold.</summary>
    public bool Accumulate;

    /// <summary>Which part of the rows is computed, of how many; the others may be at the same time.</summary>
    public int Part, Parts;

    /// <summary>Whether each block of 16 rows of one gate goes to the first ones, over the one before: where one at a time is used at once.</summary>
    public bool AtFirst;

    /// <summary>All rows of a matrix, or a part of them.</summary>
    public static GradientRows Of(ref float first, int stride, bool accumulate, int part = 0, int parts = 1) =>
        new() { First = ref first, Stride = stride, Accumulate = accumulate, Part = part, Parts = parts };
}
