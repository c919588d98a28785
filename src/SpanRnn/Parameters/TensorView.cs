using System.Runtime.InteropServices;

namespace SpanRnn.Parameters;

/// <summary>One tensor of a <see cref="ParameterSet"/>: rows of <see cref="Columns"/> numbers, <see cref="Stride"/> floats apart.</summary>
public readonly ref struct TensorView
{
    private readonly Span<float> _memory;

    internal TensorView(ParameterInfo info, Span<float> memory)
    {
        Info = info;
        _memory = memory;
    }

    /// <summary>The tensor's name and shape.</summary>
    public ParameterInfo Info { get; }

    /// <summary>Rows of the matrix; 1 for a vector.</summary>
    public int Rows => Info.Rows;

    /// <summary>Columns of the matrix, or the length of the vector.</summary>
    public int Columns => Info.Columns;

    /// <summary>Floats from one row to the next; what lies between is padding and must stay zero.</summary>
    public int Stride => Info.Stride;

    /// <summary>All rows with their padding.</summary>
    internal Span<float> Memory => _memory;

    /// <summary>The first row, for kernels that do their own addressing.</summary>
    internal ref float Origin => ref MemoryMarshal.GetReference(_memory);

    /// <summary>One number.</summary>
    public ref float this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
            return ref Row(row)[column];
        }
    }

    /// <summary>One row, without padding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return _memory.Slice(row * Stride, Columns);
    }

    /// <summary>Copies the numbers, row after row without padding, to <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not as long as the tensor.</exception>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(destination.Length);
        for (int row = 0; row < Rows; row++)
        {
            Row(row).CopyTo(destination.Slice(row * Columns, Columns));
        }
    }

    /// <summary>Sets the numbers from <paramref name="source"/>, row after row without padding.</summary>
    /// <exception cref="ArgumentException"><paramref name="source"/> is not as long as the tensor.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(source.Length);
        for (int row = 0; row < Rows; row++)
        {
            source.Slice(row * Columns, Columns).CopyTo(Row(row));
        }
    }

    private void CheckLength(int length)
    {
        if (length != Info.Count)
        {
            throw new ArgumentException($"{Info.Name} {Info.ShapeText}: expected {Info.Count} numbers, found {length}.");
        }
    }
}
