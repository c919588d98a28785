namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A size, or any integer of a graph's shape arithmetic: a number times axes whose sizes are known only in a run.</summary>
/// <param name="Number">The number, or the factor in front of the axes.</param>
/// <param name="Axes">The axes; empty for a plain number.</param>
internal readonly record struct Size(long Number, Axis[]? Axes = null)
{
    public bool IsNumber => Axes is not { Length: > 0 };

    public bool Is(long number) => IsNumber && Number == number;

    public static Size operator *(Size a, Size b) => new(unchecked(a.Number * b.Number), [.. a.Axes ?? [], .. b.Axes ?? []]);

    public bool Equals(Size other) => Number == other.Number && (Axes ?? []).SequenceEqual(other.Axes ?? []);

    public override int GetHashCode() => Number.GetHashCode();

    public static implicit operator Size(long number) => new(number);
}
