namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>What is known of a tensor of the graph before it runs.</summary>
internal abstract record GraphValue;

/// <summary>A tensor that needs something this library does not understand: the first node that made it so, and why.</summary>
internal sealed record Obscure(GraphNode Node, string Reason) : GraphValue;

/// <summary>An input or output left out.</summary>
internal sealed record Absent : GraphValue
{
    public static Absent Instance { get; } = new();
}

/// <summary>Floats that the file holds, or that follow from them.</summary>
internal sealed record Floats(float[] Items, int[] Shape) : GraphValue;

/// <summary>Integers: constants, or sizes of what flows through the graph.</summary>
internal sealed record Integers(Size[] Items, int[] Shape) : GraphValue
{
    /// <summary>More than any shape arithmetic needs.</summary>
    public const int Most = 4096;

    /// <summary>The numbers, or null if one of them is known only in a run.</summary>
    public long[]? Numbers => Items.All(item => item.IsNumber) ? [.. Items.Select(item => item.Number)] : null;
}

/// <summary>More integers than sizes can be, such as quantised weights: left in the file.</summary>
internal sealed record Unread : GraphValue
{
    public static Unread Instance { get; } = new();
}

/// <summary>Constant floats repeated along axes that are known only in a run.</summary>
/// <param name="Items">What is repeated.</param>
/// <param name="Shape">Its shape, of as many axes as <paramref name="Sizes"/>: 1 where it is repeated.</param>
/// <param name="Sizes">The sizes it is repeated to.</param>
internal sealed record Repeated(float[] Items, int[] Shape, Size[] Sizes) : GraphValue;
