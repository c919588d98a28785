namespace SpanRnn.Samples.Keyboard;

/// <summary>What was typed: one thread appends, another reads, and neither waits for the other.</summary>
/// <remarks>
/// The last <see cref="Capacity"/> tokens are kept in a ring; readers look at the newer half only, so a writer would have to type the other half
/// during one read to spoil it. Even then they would read tokens, only of two places.
/// </remarks>
internal sealed class TypedText
{
    private const int Capacity = 1 << 16;

    private readonly int[] _ring = new int[Capacity];
    private int _count;

    /// <summary>Tokens that were ever typed.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Of these, the last so many may be read.</summary>
    public int Readable => Math.Min(Count, Capacity / 2);

    public void Append(ReadOnlySpan<int> tokens)
    {
        int count = _count;
        foreach (int token in tokens)
        {
            _ring[count++ % Capacity] = token;
        }

        Volatile.Write(ref _count, count); // after the tokens: whoever sees the count sees them
    }

    /// <summary>The token at a place counted from the first that was ever typed.</summary>
    public int this[int index] => _ring[index % Capacity];
}
