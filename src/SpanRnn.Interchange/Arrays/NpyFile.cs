using System.Buffers.Binary;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>
/// NumPy's .npy files: <c>\x93NUMPY</c>, a version (1, 2 or 3), a header, then the elements. Floats of 16 to 64 bits, whole numbers of 8 to 64
/// bits and truths are read, of either byte order, in C or Fortran order; pickled objects are refused.
/// </summary>
/// <remarks>Memory: reading takes at most twice the file's length, beside a conversion that the caller asks for.</remarks>
public static class NpyFile
{
    private const int LongestHeader = 1 << 16;

    /// <summary>Whether bytes start as a .npy file does.</summary>
    public static bool IsNpy(ReadOnlySpan<byte> start) => start.Length > 6 && start[0] == 0x93 && start[1..].StartsWith("NUMPY"u8);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFileException">The file breaks a rule of the format, or holds something else than numbers.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static NumberArray Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return stream.CanSeek ? Read(stream, stream.Length, path) : throw new ModelFileException(path, "is a pipe or a device, not a file.");
    }

    /// <summary>Writes singles as a file of version 1, in C order.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed.</exception>
    public static void Write(string path, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        byte[] bytes = Bytes(values, shape);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of a .npy file of singles, in C order.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public static byte[] Bytes(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        if (!TensorInfo.TryCount(shape, sizeof(float), out long count) || count != values.Length)
        {
            throw new ArgumentException($"values: {values.Length} numbers for the shape {TensorInfo.Text(shape)}.");
        }

        string lengths = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape.ToArray());
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({lengths}), }}";
        int length = (10 + header.Length + 1 + 63) / 64 * 64; // elements start on a multiple of 64 bytes
        byte[] bytes = new byte[length + values.Length * sizeof(float)];
        bytes.AsSpan(0, length).Fill((byte)' ');
        bytes[0] = 0x93;
        "NUMPY"u8.CopyTo(bytes.AsSpan(1));
        (bytes[6], bytes[7], bytes[length - 1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - 10));
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(10));
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(length + i * sizeof(float)), values[i]);
        }

        return bytes;
    }

    /// <summary>Reads an array of exactly <paramref name="length"/> bytes from a stream.</summary>
    internal static NumberArray Read(Stream stream, long length, string name)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..Math.Min(10, (int)Math.Min(length, 10))], name);
        if (length < 10 || !IsNpy(start))
        {
            throw new ModelFileException(name, "does not start as a .npy file does.");
        }

        if (start[6] is < 1 or > 3)
        {
            throw new ModelFileException(name, $"is of version {start[6]} of the .npy format, known are 1 to 3.");
        }

        int before = start[6] == 1 ? 10 : 12;
        if (before == 12)
        {
            Fill(stream, start[10..12], name);
        }

        uint headerLength = before == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (headerLength > LongestHeader || headerLength > length - before)
        {
            throw new ModelFileException(name, $"the header's length is {headerLength}, at most {Math.Min(LongestHeader, Math.Max(0, length - before))} is possible.");
        }

        byte[] text = new byte[headerLength];
        Fill(stream, text, name);
        return ReadElements(stream, length - before - headerLength, NpyHeader.Parse(name, text), name);
    }

    private static NumberArray ReadElements(Stream stream, long length, NpyHeader header, string name)
    {
        int size = header.Type.Size();
        if (!TensorInfo.TryCount(header.Shape, size, out long count) || count * size != length)
        {
            throw new ModelFileException(
                name, $"the shape {TensorInfo.Text(header.Shape)} of {header.Type.Name()} does not fit the {length} bytes that follow the header.");
        }

        if (length > FileLimits.LongestWhole)
        {
            throw new ModelFileException(name, $"holds {length} bytes of elements, at most {FileLimits.LongestWhole} are read.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        Fill(stream, bytes, name);
        if (header.IsBigEndian)
        {
            Elements.Swap(bytes, size);
        }

        return new NumberArray(header.Type, header.Shape, header.IsFortran ? FromFortran(bytes, header.Shape, size) : bytes);
    }

    /// <summary>From the first index running fastest to the last one.</summary>
    private static byte[] FromFortran(byte[] bytes, long[] shape, int size)
    {
        byte[] result = new byte[bytes.Length];
        var index = new long[shape.Length];
        for (int from = 0; from < bytes.Length; from += size)
        {
            long to = 0;
            for (int d = 0; d < shape.Length; d++)
            {
                to = to * shape[d] + index[d];
            }

            bytes.AsSpan(from, size).CopyTo(result.AsSpan((int)to * size));
            for (int d = 0; d < shape.Length && ++index[d] == shape[d]; d++)
            {
                index[d] = 0;
            }
        }

        return result;
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length)
        {
            throw new ModelFileException(name, $"ended {bytes.Length - got} bytes too early.");
        }
    }
}
