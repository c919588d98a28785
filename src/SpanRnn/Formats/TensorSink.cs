using System.Buffers;
using System.Runtime.InteropServices;

namespace SpanRnn.Formats;

/// <summary>
/// Takes the elements of one tensor, in C order and in as many calls as is convenient, and passes them to the file.
/// Nothing is kept: memory is the caller's again when a call returns.
/// </summary>
public sealed class TensorSink
{
    private const int PieceLength = 1 << 20;

    private readonly Stream stream;
    private long written;
    private bool isClosed;

    internal TensorSink(Stream stream, TensorInfo info)
    {
        this.stream = stream;
        Info = info;
    }

    /// <summary>The tensor as it was declared.</summary>
    public TensorInfo Info { get; }

    /// <summary>Writes elements of an F32 tensor.</summary>
    /// <param name="values">The next elements.</param>
    /// <exception cref="InvalidOperationException">The tensor is not F32, has fewer elements left, or is finished.</exception>
    public void Write(ReadOnlySpan<float> values) => Put(SafetensorsType.F32, values);

    /// <summary>Writes elements of an F64 tensor.</summary>
    /// <param name="values">The next elements.</param>
    /// <exception cref="InvalidOperationException">The tensor is not F64, has fewer elements left, or is finished.</exception>
    public void Write(ReadOnlySpan<double> values) => Put(SafetensorsType.F64, values);

    /// <summary>Writes elements of an I64 tensor.</summary>
    /// <param name="values">The next elements.</param>
    /// <exception cref="InvalidOperationException">The tensor is not I64, has fewer elements left, or is finished.</exception>
    public void Write(ReadOnlySpan<long> values) => Put(SafetensorsType.I64, values);

    /// <summary>Writes elements of a U8 tensor.</summary>
    /// <param name="values">The next elements.</param>
    /// <exception cref="InvalidOperationException">The tensor is not U8, has fewer elements left, or is finished.</exception>
    public void Write(ReadOnlySpan<byte> values) => Put(SafetensorsType.U8, values);

    /// <summary>
    /// Writes rows of an F32 tensor that lie in padded memory: element (r, c) is <c>rows[r * rowStride + c]</c>.
    /// The padding is neither read nor written, and no copy is made.
    /// </summary>
    /// <param name="rows">At least (rowCount - 1) * rowStride + rowLength long, unless there is nothing to write.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="rowLength">Elements to write from each row.</param>
    /// <param name="rowStride">Elements from one row's start to the next one's, at least <paramref name="rowLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or the stride is less than the row's length.</exception>
    /// <exception cref="ArgumentException"><paramref name="rows"/> is too short.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not F32, has fewer elements left, or is finished.</exception>
    public void WriteRows(ReadOnlySpan<float> rows, int rowCount, int rowLength, int rowStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(rowLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, rowLength);
        long needed = rowCount == 0 ? 0 : (rowCount - 1L) * rowStride + rowLength;
        if (rows.Length < needed)
        {
            string taken = $"{rowCount} rows of {rowLength} at stride {rowStride} take {needed} elements";
            throw new ArgumentException($"tensor {Info}: {taken}, found {rows.Length}.", nameof(rows));
        }

        Claim(SafetensorsType.F32, (long)rowCount * rowLength);
        for (int row = 0; row < rowCount; row++)
            Copy(rows.Slice(row * rowStride, rowLength));
    }

    /// <summary>Writes bytes of a tensor of any type, already little-endian; a call may end within an element.</summary>
    /// <param name="littleEndian">The next bytes.</param>
    /// <exception cref="InvalidOperationException">The tensor has fewer bytes left, or is finished.</exception>
    public void WriteBytes(ReadOnlySpan<byte> littleEndian)
    {
        ClaimBytes(littleEndian.Length);
        stream.Write(littleEndian);
    }

    /// <summary>No more may come, and none may be missing.</summary>
    internal void Close()
    {
        isClosed = true;
        if (written != Info.ByteLength)
            throw new InvalidOperationException($"tensor {Info}: {written} bytes were written, expected {Info.ByteLength}.");
    }

    private void Put<T>(SafetensorsType type, ReadOnlySpan<T> values) where T : unmanaged
    {
        Claim(type, values.Length);
        Copy(values);
    }

    private void Claim(SafetensorsType type, long elements)
    {
        if (type != Info.DType)
            throw new InvalidOperationException($"tensor {Info} was given elements of {type.Name()}.");
        ClaimBytes(elements * type.Size());
    }

    private void ClaimBytes(long bytes)
    {
        if (isClosed)
            throw new InvalidOperationException($"tensor {Info} is finished; a sink is not to be kept.");
        if (bytes > Info.ByteLength - written)
            throw new InvalidOperationException($"tensor {Info}: {bytes} bytes more make {written + bytes}, expected {Info.ByteLength}.");
        written += bytes;
    }

    // In pieces, because a span of bytes cannot be as long as a span of floats.
    private void Copy<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        while (!values.IsEmpty)
        {
            ReadOnlySpan<T> piece = values[..Math.Min(values.Length, PieceLength)];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(piece);
            if (BitConverter.IsLittleEndian)
                stream.Write(bytes);
            else
                CopySwapped(bytes);
            values = values[piece.Length..];
        }
    }

    private void CopySwapped(ReadOnlySpan<byte> bytes)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        Elements.Swap(rented.AsSpan(0, bytes.Length), Info.DType.Word());
        stream.Write(rented, 0, bytes.Length);
        ArrayPool<byte>.Shared.Return(rented);
    }
}
