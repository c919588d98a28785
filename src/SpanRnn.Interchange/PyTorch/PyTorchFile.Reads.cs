using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Numerics;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

// How tensors are read; opening and checking are in the other half.
public sealed partial class PyTorchFile
{
    // The bytes of the last storage that could not be read in place, from its first element used on.
    private byte[]? _copy;
    private TorchTensor? _copyOf;

    /// <inheritdoc/>
    public void ReadFloats(TensorInfo info, long first, Span<float> destination) => Read(info, first, destination);

    /// <inheritdoc/>
    public void ReadDoubles(TensorInfo info, long first, Span<double> destination) => Read(info, first, destination);

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">The type is not of whole numbers, or a U64 is above 2^63 - 1.</exception>
    public void ReadInt64s(TensorInfo info, long first, Span<long> destination)
    {
        if (info is not null && !info.DType.IsWhole())
        {
            throw Refuse($"tensor {info} holds no whole numbers.");
        }

        Read(info!, first, destination);
    }

    private void Read<T>(TensorInfo info, long first, Span<T> destination) where T : unmanaged, INumberBase<T>
    {
        TorchTensor tensor = Own(info, first, destination.Length);
        if (!info.DType.IsNumber())
        {
            throw Refuse($"tensor {info}: {info.DType.Name()} is not converted to numbers.");
        }

        int size = info.DType.Size();
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferLength, (long)destination.Length * size));
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(destination.Length, rented.Length / size);
                Span<byte> bytes = rented.AsSpan(0, count * size);
                Fill(tensor, first, bytes);
                if (_isBigEndian)
                {
                    Elements.Swap(bytes, info.DType.Word());
                }

                Elements.Convert(info.DType, bytes, destination[..count]);
                destination = destination[count..];
                first += count;
            }
        }
        catch (OverflowException error)
        {
            throw Refuse($"tensor {info} holds a value above {long.MaxValue}.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Elements from the first on, as many as fit, as they are in the file.
    private void Fill(TorchTensor tensor, long first, Span<byte> bytes)
    {
        ZipEntry entry = EntryOf(tensor.Storage);
        int size = tensor.Type.Size();
        if (!entry.IsDeflated && tensor.IsDense)
        {
            FillAt(entry, (tensor.Offset + first) * size, bytes);
            return;
        }

        ReadOnlySpan<byte> copy = Copy(tensor, entry);
        if (tensor.IsDense)
        {
            copy.Slice((int)(first * size), bytes.Length).CopyTo(bytes);
        }
        else
        {
            Gather(tensor, first, copy, bytes);
        }
    }

    private byte[] Copy(TorchTensor tensor, ZipEntry entry)
    {
        if (_copy is null || !ReferenceEquals(_copyOf, tensor))
        {
            int size = tensor.Type.Size();
            long length = tensor.Span * size;
            if (length > Array.MaxLength)
            {
                throw Refuse($"entry {entry.Name}: a view that is not in C order needs {length} bytes of it, at most {Array.MaxLength} are read at once.");
            }

            (_copy, _copyOf) = (null, null);
            byte[] copy;
            if (entry.IsDeflated)
            {
                copy = Unpacked(entry, entry.Name).AsSpan((int)(tensor.Offset * size), (int)length).ToArray();
            }
            else
            {
                copy = GC.AllocateUninitializedArray<byte>((int)length);
                FillAt(entry, tensor.Offset * size, copy);
            }

            (_copy, _copyOf) = (copy, tensor);
        }

        return _copy!;
    }

    private static void Gather(TorchTensor tensor, long first, ReadOnlySpan<byte> from, Span<byte> to)
    {
        int size = tensor.Type.Size(), rank = tensor.Shape.Length;
        Span<long> index = stackalloc long[rank];
        long at = 0;
        for (int d = rank - 1; d >= 0; d--)
        {
            (first, index[d]) = Math.DivRem(first, tensor.Shape[d]);
            at += index[d] * tensor.Strides[d];
        }

        for (int written = 0; written < to.Length; written += size)
        {
            from.Slice((int)(at * size), size).CopyTo(to[written..]);
            for (int d = rank - 1; d >= 0; d--)
            {
                at += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                {
                    break;
                }

                at -= index[d] * tensor.Strides[d];
                index[d] = 0;
            }
        }
    }

    private void FillAt(ZipEntry entry, long offset, Span<byte> bytes)
    {
        long position = entry.Offset + offset;
        if (_stream.Position != position)
        {
            _stream.Position = position;
        }

        int got = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length)
        {
            throw Refuse($"entry {entry.Name}: expected {bytes.Length} bytes at {offset}, found {got}: the file has become shorter since it was opened.");
        }
    }

    /// <summary>A whole entry. What it claims to unpack to is not believed before it is compared with the file's length.</summary>
    private byte[] Unpacked(ZipEntry entry, string what)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw Refuse($"{what} has {entry.Length} bytes, at most {Array.MaxLength} are read at once.");
        }

        if (entry.IsDeflated)
        {
            long most = Math.Max(_stream.Length, SmallFile) * MostGrowth;
            if ((_unpacked = Math.Max(_unpacked, entry.Length)) > most)
            {
                throw Refuse($"{what} would unpack to {entry.Length} bytes, more than {MostGrowth} times the file's {_stream.Length}: a zip bomb?");
            }
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)entry.Length);
        if (entry.IsDeflated)
        {
            Inflate(entry, what, bytes);
        }
        else
        {
            FillAt(entry, 0, bytes);
        }

        return bytes;
    }

    private void Inflate(ZipEntry entry, string what, Span<byte> bytes)
    {
        using var part = new StreamPart(_stream, entry.Offset, entry.Stored);
        using var inflated = new DeflateStream(part, CompressionMode.Decompress);
        try
        {
            int got = inflated.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (got < bytes.Length || inflated.ReadByte() >= 0)
            {
                throw Refuse($"{what} is said to unpack to {bytes.Length} bytes, found {(got < bytes.Length ? $"{got}" : "more")}.");
            }
        }
        catch (InvalidDataException error)
        {
            throw Refuse($"{what} is not what deflate writes: {error.Message}", error);
        }
    }

    private TorchTensor Own([NotNull] TensorInfo? info, long first, int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentNullException.ThrowIfNull(info);
        if (!_byName.TryGetValue(info.Name, out (TensorInfo Info, TorchTensor Tensor) own) || !ReferenceEquals(own.Info, info))
        {
            throw new ArgumentException($"tensor {info} is not one of {Name}'s.", nameof(info));
        }

        return first >= 0 && first <= info.ElementCount - length
            ? own.Tensor
            : throw new ArgumentOutOfRangeException(nameof(first), first, $"tensor {info}: {length} elements from {first} are not within its {info.ElementCount}.");
    }
}
