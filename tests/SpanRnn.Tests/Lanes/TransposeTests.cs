using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Lanes;

/// <summary>Squares of floats change rows for columns, and touch nothing beside them.</summary>
public sealed class TransposeTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(512, 64)]
    [InlineData(37, 19)]
    public void A_square_of_sixteen_becomes_its_transpose_and_nothing_else_changes(int sourceStride, int stride) =>
        Check(Transpose.LargeSize, sourceStride, stride, (ref float source, ref float destination) =>
            Transpose.LargeSquare<NearLines>(ref source, sourceStride, ref destination, stride));

    [Theory]
    [InlineData(16, 16)]
    [InlineData(512, 64)]
    public void It_does_so_past_the_caches(int sourceStride, int stride) => CheckPastTheCaches(sourceStride, stride, Transpose.LargeSquare<FarLines>);

    /// <summary>As machines without AVX-512 do, on those that have it too.</summary>
    [WideFact(8)]
    public void It_does_so_by_half_lines_too()
    {
        foreach ((int sourceStride, int stride) in ((int, int)[])[(16, 16), (512, 64)])
        {
            Check(Transpose.LargeSize, sourceStride, stride, (ref float source, ref float destination) =>
                Transpose.ByHalfLines<NearLines>(ref source, sourceStride, ref destination, stride));
            CheckPastTheCaches(sourceStride, stride, Transpose.ByHalfLines<FarLines>);
        }
    }

    /// <summary>As machines without AVX do.</summary>
    [Theory]
    [InlineData(16, 16)]
    [InlineData(37, 19)]
    public void It_does_so_by_squares_of_four_too(int sourceStride, int stride) =>
        Check(Transpose.LargeSize, sourceStride, stride, (ref float source, ref float destination) =>
            Transpose.BySquares(ref source, sourceStride, ref destination, stride));

    [Theory]
    [InlineData(4, 4)]
    [InlineData(512, 64)]
    [InlineData(37, 19)]
    public void A_square_of_four_becomes_its_transpose_and_nothing_else_changes(int sourceStride, int stride) =>
        Check(Transpose.Size, sourceStride, stride, (ref float source, ref float destination) =>
            Transpose.Square(ref source, sourceStride, ref destination, stride));

    private delegate void Transposition(ref float source, ref float destination);

    private delegate void StridedTransposition(ref float source, nint sourceStride, ref float destination, nint stride);

    private static void CheckPastTheCaches(int sourceStride, int stride, StridedTransposition transpose) =>
        Check(Transpose.LargeSize, sourceStride, stride, (ref float source, ref float destination) =>
        {
            using Slab lines = Slab.Rent(Transpose.LargeSize * stride);
            transpose(ref source, sourceStride, ref lines.Origin, stride);
            FarLines.Complete();
            lines.Span.CopyTo(MemoryMarshal.CreateSpan(ref destination, lines.Length));
        });

    private static void Check(int size, int sourceStride, int stride, Transposition transpose)
    {
        float[] source = [.. Enumerable.Range(1, size * sourceStride).Select(n => (float)n)], found = new float[size * stride];
        transpose(ref source[0], ref found[0]);
        for (int i = 0; i < found.Length; i++)
        {
            (int row, int column) = (i / stride, i % stride);
            Assert.Equal(column < size ? source[column * sourceStride + row] : 0f, found[i]);
        }
    }
}
