using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace SpanRnn.Formats;

// How tensors are read; opening and checking are in the other half.
public sealed partial class SafetensorsReader
{
    /// <summary>
    /// Reads a whole tensor as float32. F32, F16, BF16 and whole numbers up to 2^24 are exact; F64 and larger whole
    /// numbers round to the nearest, ties to even; truth values become 0 and 1. One pass over the tensor's bytes.
    /// </summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly <see cref="TensorInfo.ElementCount"/> long.</param>
    /// <exception cref="ArgumentException">The length is wrong, or <paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The type is not converted (8-bit floats, complex), or the file has since become
    /// shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadFloats(TensorInfo info, Span<float> destination)
    {
        CheckLength(info, destination.Length, info?.ElementCount ?? 0, "elements");
        Read(info!, 0, destination);
    }

    /// <summary>
    /// Reads part of a tensor as float32, as <see cref="ReadFloats(TensorInfo, Span{float})"/> does: a row into padded memory,
    /// or a large tensor piece by piece. Reading on from where the last call ended does not seek.
    /// </summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first element to read, in C order.</param>
    /// <param name="destination">As many as are wanted; first + length is at most <see cref="TensorInfo.ElementCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    /// <exception cref="ArgumentException"><paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The type is not converted, or the file has since become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadFloats(TensorInfo info, long first, Span<float> destination)
    {
        CheckPart(info, first, destination.Length, info?.ElementCount ?? 0, "elements");
        Read(info!, first, destination);
    }

    /// <summary>
    /// Reads a whole tensor as float64. Every float and whole numbers up to 2^53 are exact; larger ones round to the nearest.
    /// </summary>
    /// <inheritdoc cref="ReadFloats(TensorInfo, Span{float})"/>
    public void ReadDoubles(TensorInfo info, Span<double> destination)
    {
        CheckLength(info, destination.Length, info?.ElementCount ?? 0, "elements");
        Read(info!, 0, destination);
    }

    /// <summary>Reads part of a tensor as float64, as <see cref="ReadDoubles(TensorInfo, Span{double})"/> does.</summary>
    /// <inheritdoc cref="ReadFloats(TensorInfo, long, Span{float})"/>
    public void ReadDoubles(TensorInfo info, long first, Span<double> destination)
    {
        CheckPart(info, first, destination.Length, info?.ElementCount ?? 0, "elements");
        Read(info!, first, destination);
    }

    /// <summary>Reads a whole tensor of whole numbers or truth values, exactly.</summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly <see cref="TensorInfo.ElementCount"/> long.</param>
    /// <exception cref="ArgumentException">The length is wrong, or <paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The type is not of whole numbers, a U64 is above 2^63 - 1, or the file has since
    /// become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadInt64s(TensorInfo info, Span<long> destination)
    {
        CheckLength(info, destination.Length, info?.ElementCount ?? 0, "elements");
        ReadInt64s(info!, 0, destination);
    }

    /// <summary>Reads part of a tensor of whole numbers or truth values, exactly.</summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first element to read, in C order.</param>
    /// <param name="destination">As many as are wanted; first + length is at most <see cref="TensorInfo.ElementCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    /// <exception cref="ArgumentException"><paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The type is not of whole numbers, a U64 is above 2^63 - 1, or the file has since
    /// become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadInt64s(TensorInfo info, long first, Span<long> destination)
    {
        CheckPart(info, first, destination.Length, info?.ElementCount ?? 0, "elements");
        if (!info!.DType.IsWhole())
            throw Refuse($"tensor {info} holds no whole numbers.");
        Read(info, first, destination);
    }

    /// <summary>Reads a whole tensor's bytes as they are in the file, little-endian.</summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly <see cref="TensorInfo.ByteLength"/> long.</param>
    /// <exception cref="ArgumentException">The length is wrong, or <paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The file has since become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadBytes(TensorInfo info, Span<byte> destination)
    {
        CheckLength(info, destination.Length, info?.ByteLength ?? 0, "bytes");
        Seek(info!, 0);
        Fill(info!, destination);
    }

    /// <summary>Reads part of a tensor's bytes as they are in the file, little-endian.</summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first byte to read, counted from the tensor's start.</param>
    /// <param name="destination">As many as are wanted; first + length is at most <see cref="TensorInfo.ByteLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    /// <exception cref="ArgumentException"><paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The file has since become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public void ReadBytes(TensorInfo info, long first, Span<byte> destination)
    {
        CheckPart(info, first, destination.Length, info?.ByteLength ?? 0, "bytes");
        Seek(info!, first);
        Fill(info!, destination);
    }

    private void Read<T>(TensorInfo info, long first, Span<T> destination) where T : unmanaged, INumberBase<T>
    {
        if (!info.DType.IsNumber())
            throw Refuse($"tensor {info}: {info.DType.Name()} is not converted to numbers; its bytes can be read.");

        int size = info.DType.Size();
        Seek(info, first * size);
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferLength, (long)destination.Length * size));
        try
        {
            while (!destination.IsEmpty)
            {
                int count = Math.Min(destination.Length, rented.Length / size);
                Span<byte> bytes = rented.AsSpan(0, count * size);
                Fill(info, bytes);
                Elements.Convert(info.DType, bytes, destination[..count]);
                destination = destination[count..];
            }
        }
        catch (OverflowException error)
        {
            throw new ModelFileException(file, $"tensor {info} holds a value above {long.MaxValue}.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Seek(TensorInfo info, long offset)
    {
        long position = dataStart + info.Begin + offset;
        // Setting a position, even the same one, may throw away what the stream has buffered.
        if (stream.Position != position)
            stream.Position = position;
    }

    private void Fill(TensorInfo info, Span<byte> bytes)
    {
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length)
            throw Refuse($"tensor {info}: expected {bytes.Length} bytes, found {got}: the file has become shorter since it was opened.");
    }

    private void CheckOwn([NotNull] TensorInfo? info)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentNullException.ThrowIfNull(info);
        if (!byName.TryGetValue(info.Name, out TensorInfo? own) || !ReferenceEquals(own, info))
            throw new ArgumentException($"tensor {info} is not one of {file}'s.", nameof(info));
    }

    private void CheckLength(TensorInfo? info, int length, long expected, string unit)
    {
        CheckOwn(info);
        if (length != expected)
            throw new ArgumentException($"tensor {info}: the destination holds {length} {unit}, expected {expected}.", "destination");
    }

    private void CheckPart(TensorInfo? info, long first, int length, long count, string unit)
    {
        CheckOwn(info);
        if (first < 0 || first > count - length)
        {
            string message = $"tensor {info}: {length} {unit} from {first} are not within its {count}.";
            throw new ArgumentOutOfRangeException(nameof(first), first, message);
        }
    }
}
