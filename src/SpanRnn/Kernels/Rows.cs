using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Kernels;

/// <summary>Plain work on rows of floats. Elementwise, so the bits do not depend on the width.</summary>
internal static class Rows
{
    /// <summary>destination += source, over the first <paramref name="length"/> floats of each row.</summary>
    public static void Add(ref float source, int sourceStride, int rows, ref float destination, int stride, int length)
    {
        JoinWithoutGaps(sourceStride, stride, ref rows, ref length);
        for (int row = 0; row < rows; row++)
        {
            Span<float> sum = Row(ref destination, row, stride, length);
            TensorPrimitives.Add(sum, Row(ref source, row, sourceStride, length), sum);
        }
    }

    /// <summary>destination = source, over the first <paramref name="length"/> floats of each row.</summary>
    public static void Copy(ref float source, int sourceStride, int rows, ref float destination, int stride, int length)
    {
        JoinWithoutGaps(sourceStride, stride, ref rows, ref length);
        for (int row = 0; row < rows; row++)
        {
            Row(ref source, row, sourceStride, length).CopyTo(Row(ref destination, row, stride, length));
        }
    }

    /// <summary>
    /// destination = source, of a few blocks: their copies are single instructions. The general copy is a call unless the compiler saw that length most
    /// often, so what a step of a small layer takes would depend on which other layers the program steps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyShort(ref float source, Span<float> destination)
    {
        ref float to = ref MemoryMarshal.GetReference(destination);
        int done = 0;
        for (; done <= destination.Length - Block.Size; done += Block.Size)
        {
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.As<float, byte>(ref Unsafe.Add(ref to, done)), ref Unsafe.As<float, byte>(ref Unsafe.Add(ref source, done)), Block.Size * sizeof(float));
        }

        if (done < destination.Length)
        {
            Row(ref source, 0, 0, destination.Length)[done..].CopyTo(destination[done..]);
        }
    }

    /// <summary>Row i of the destination is row <paramref name="index"/>[i] of the source.</summary>
    public static void Gather(ref float source, int sourceStride, ReadOnlySpan<int> index, ref float destination, int stride, int length)
    {
        for (int row = 0; row < index.Length; row++)
        {
            Row(ref source, index[row], sourceStride, length).CopyTo(Row(ref destination, row, stride, length));
        }
    }

    /// <summary>Row i of the destination gets row <paramref name="index"/>[i] of the source added.</summary>
    public static void GatherAdd(ref float source, int sourceStride, ReadOnlySpan<int> index, ref float destination, int stride, int length)
    {
        for (int row = 0; row < index.Length; row++)
        {
            Span<float> sum = Row(ref destination, row, stride, length);
            TensorPrimitives.Add(sum, Row(ref source, index[row], sourceStride, length), sum);
        }
    }

    /// <summary>Row <paramref name="index"/>[i] of the destination is row i of the source.</summary>
    public static void Scatter(ref float source, int sourceStride, ReadOnlySpan<int> index, ref float destination, int stride, int length)
    {
        for (int row = 0; row < index.Length; row++)
        {
            Row(ref source, row, sourceStride, length).CopyTo(Row(ref destination, index[row], stride, length));
        }
    }

    /// <summary>Rows that follow each other without gaps are one long row: one call instead of one for each.</summary>
    private static void JoinWithoutGaps(int sourceStride, int stride, ref int rows, ref int length)
    {
        if (sourceStride == length && stride == length && rows > 1 && (long)rows * length <= int.MaxValue)
        {
            (rows, length) = (1, rows * length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Span<float> Row(ref float origin, int row, int stride, int length) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref origin, (nint)row * stride), length);
}
