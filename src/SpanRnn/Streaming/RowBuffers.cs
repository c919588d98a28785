using System.Runtime.CompilerServices;

namespace SpanRnn.Streaming;

/// <summary>Where a layer's step of many sequences finds what it reads and writes: the first one's row, the others follow.</summary>
internal ref struct RowBuffers
{
    /// <summary>The input; h, the next h, and c, which is replaced.</summary>
    public ref float X, H, Next, C;

    /// <summary>Room as <see cref="StreamScratch"/> says.</summary>
    public ref float A, Gated, Output, Partial;

    /// <summary>The rows from <paramref name="row"/> on.</summary>
    public readonly RowBuffers From(int row, int xStride, StreamScratch sizes) => new()
    {
        X = ref Unsafe.Add(ref X, (nint)row * xStride),
        H = ref Unsafe.Add(ref H, (nint)row * sizes.State),
        Next = ref Unsafe.Add(ref Next, (nint)row * sizes.State),
        C = ref Unsafe.Add(ref C, (nint)row * sizes.Cell),
        A = ref Unsafe.Add(ref A, (nint)row * sizes.A),
        Gated = ref Unsafe.Add(ref Gated, (nint)row * sizes.Gated),
        Output = ref Unsafe.Add(ref Output, (nint)row * sizes.Output),
        Partial = ref Unsafe.Add(ref Partial, (nint)row * sizes.Partial),
    };
}
