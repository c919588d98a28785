namespace SpanRnn.Kernels;

/// <summary>A weight matrix to be packed for steps: blocks of H rows, some of which are gates of the product.</summary>
internal ref struct StreamMatrix
{
    public static StreamMatrix None => new() { Name = "", Gates = [0] };

    /// <summary>In messages.</summary>
    public string Name;

    public ReadOnlySpan<float> Values;

    /// <summary>Floats from one row to the next, and how many of them are columns.</summary>
    public int Stride, Depth;

    /// <summary>Which blocks of H rows, and the slot that the first of them adds to.</summary>
    public int[] Gates;

    public int FirstSlot;

    /// <summary>The weights of one output.</summary>
    public readonly ReadOnlySpan<float> Row(int gate, int unit, int units) => Values.Slice((Gates[gate] * units + unit) * Stride, Depth);
}
