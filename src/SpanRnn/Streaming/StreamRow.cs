using System.Runtime.CompilerServices;

namespace SpanRnn.Streaming;

/// <summary>Where a layer's step finds what it reads and writes; of many sequences the first one's, the others follow row by row.</summary>
internal ref struct StreamRow
{
    /// <summary>The input; h, the next h, and c, which is replaced.</summary>
    public ref float X, H, Next, C;

    /// <summary>Room as <see cref="StreamScratch"/> says; Sums has that of each thread.</summary>
    public ref float A, Gated, Output, Partial, Sums;

    /// <summary>The rows from <paramref name="row"/> on.</summary>
    public readonly StreamRow From(int row, int xStride, StreamScratch sizes) => new()
    {
        X = ref Unsafe.Add(ref X, (nint)row * xStride),
        H = ref Unsafe.Add(ref H, (nint)row * sizes.State),
        Next = ref Unsafe.Add(ref Next, (nint)row * sizes.State),
        C = ref Unsafe.Add(ref C, (nint)row * sizes.Cell),
        A = ref Unsafe.Add(ref A, (nint)row * sizes.A),
        Gated = ref Unsafe.Add(ref Gated, (nint)row * sizes.Gated),
        Output = ref Unsafe.Add(ref Output, (nint)row * sizes.Output),
        Partial = ref Unsafe.Add(ref Partial, (nint)row * sizes.Partial),
        Sums = ref Sums,
    };
}
