namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A part of an axis of what flows through a graph: an axis that was joined from two by a Reshape has two of them.</summary>
internal abstract class Factor
{
    public abstract Size Size { get; }
}

/// <summary>An axis that a run gives its size, such as time or batch. Two are the same only if they are the same object.</summary>
/// <param name="name">For messages: the input's, with a number.</param>
/// <param name="declared">The size that the file declares, where it does; the graph's arithmetic may rely on it.</param>
internal sealed class Axis(string name, long? declared) : Factor
{
    public long? Declared => declared;

    public override Size Size => new(1, [this]);

    public override string ToString() => declared is { } size ? $"{name} ({size})" : name;
}

/// <summary>An axis of pieces: directions, or layers. Two are the same only if they are the same object.</summary>
internal sealed class Pile(int count) : Factor
{
    public int Count => count;

    public override Size Size => count;
}

/// <summary>The numbers of one piece, such as the units of a direction.</summary>
/// <param name="count">How many; 0 where the file does not say, for an input.</param>
internal sealed class Feature(int count) : Factor
{
    public int Count => count;

    public override Size Size => count;
}
