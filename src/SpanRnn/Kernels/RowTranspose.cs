using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Rows become columns: what a product along rows needs of its second matrix.</summary>
internal static class RowTranspose
{
    /// <summary>destination[k, row] = source[row, k]; beyond the last row up to a whole block the destination gets zeros.</summary>
    /// <param name="source">Rows of whole blocks.</param>
    /// <param name="sourceStride">Floats from one row to the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Columns of the source: rows of the destination.</param>
    /// <param name="destination">Rows of at least so many floats as there are rows of the source, in whole blocks.</param>
    /// <param name="stride">Floats from one row of the destination to the next.</param>
    [MethodImpl(Hot.Loop)]
    public static void Run(ref float source, int sourceStride, int rows, int columns, ref float destination, int stride)
    {
        const int side = Transpose.Size;
        int squareRows = rows / side * side, squareColumns = columns / side * side;
        for (int row = 0; row < squareRows; row += side)
        {
            for (int k = 0; k < squareColumns; k += side)
            {
                Transpose.Square(
                    ref Unsafe.Add(ref source, (nint)row * sourceStride + k), sourceStride,
                    ref Unsafe.Add(ref destination, (nint)k * stride + row), stride);
            }
        }

        int padded = Block.Pad(rows);
        for (int k = 0; k < columns; k++)
        {
            ref float to = ref Unsafe.Add(ref destination, (nint)k * stride);
            for (int row = k < squareColumns ? squareRows : 0; row < rows; row++)
            {
                Unsafe.Add(ref to, row) = Unsafe.Add(ref source, (nint)row * sourceStride + k);
            }

            for (int row = rows; row < padded; row++)
            {
                Unsafe.Add(ref to, row) = 0f;
            }
        }
    }
}
