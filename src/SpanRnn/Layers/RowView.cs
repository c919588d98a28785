using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Layers;

/// <summary>Rows of floats, <see cref="Stride"/> apart, in planned memory or the user's.</summary>
internal readonly ref struct RowView(ref float origin, int count, int stride)
{
    private readonly ref float _origin = ref origin;

    public ref float Origin => ref _origin;

    public int Count { get; } = count;

    public int Stride { get; } = stride;

    public bool IsEmpty => Count == 0;

    /// <summary>One of several parts of the rows, of about equal size.</summary>
    public RowView Part(int part, int parts)
    {
        int first = (int)((long)Count * part / parts), end = (int)((long)Count * (part + 1) / parts);
        return new RowView(ref Unsafe.Add(ref _origin, (nint)first * Stride), end - first, Stride);
    }

    /// <summary>The first <paramref name="length"/> numbers of a row.</summary>
    public Span<float> this[int row, int length] =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _origin, (nint)row * Stride), length);
}
