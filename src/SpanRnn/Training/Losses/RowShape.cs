using SpanRnn.Kernels;

namespace SpanRnn.Training.Losses;

/// <summary>Rows in a span: row n is the floats n Stride to n Stride + Columns - 1.</summary>
/// <remarks>What lies between rows is not read. Where gradients are written, it becomes 0 up to the next multiple of 16.</remarks>
public readonly record struct RowShape
{
    /// <summary>Rows that lie <paramref name="stride"/> floats apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is not positive.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stride"/> is less than <paramref name="columns"/>.</exception>
    public RowShape(int rows, int columns, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        (Rows, Columns, Stride, TargetStride) = (rows, columns, stride, stride);
    }

    /// <summary>Rows as layers write them: the stride is the columns rounded up to 16.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is not positive.</exception>
    public RowShape(int rows, int columns)
        : this(rows, columns, Block.Pad(columns))
    {
    }

    /// <summary>N, the number of rows.</summary>
    public int Rows { get; }

    /// <summary>C, the numbers of a row.</summary>
    public int Columns { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The same for targets and masks of elements; <see cref="Stride"/> unless set, <see cref="Columns"/> where they are dense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than <see cref="Columns"/>.</exception>
    public int TargetStride
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Columns, nameof(TargetStride));
            field = value;
        }
    }

    /// <summary>Numbers of all rows.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>A span needs this many floats.</summary>
    internal long Extent(int stride) => Rows == 0 ? 0 : (Rows - 1L) * stride + Columns;

    /// <summary>Checks that all rows lie within the span.</summary>
    internal void CheckFits(int length, int stride, string name)
    {
        if (length < Extent(stride))
        {
            throw new ArgumentException(
                $"{name}: {Rows} rows of {Columns}, {stride} apart, need {Extent(stride)} numbers, found {length}.", name);
        }
    }

    /// <summary>One row, with the zeros that belong behind it.</summary>
    internal Span<float> PaddedRow(Span<float> rows, int row)
    {
        int start = row * Stride;
        return rows.Slice(start, Math.Min(Math.Min(Stride, Block.Pad(Columns)), rows.Length - start));
    }

    /// <summary>Gradients may take the place of outputs exactly, or lie elsewhere.</summary>
    internal static void CheckOverlap(ReadOnlySpan<float> outputs, ReadOnlySpan<float> gradients)
    {
        if (outputs.Overlaps(gradients, out int offset) && offset != 0)
        {
            throw new ArgumentException($"gradients: overlap what they are computed from, shifted by {offset} floats.", nameof(gradients));
        }
    }
}
