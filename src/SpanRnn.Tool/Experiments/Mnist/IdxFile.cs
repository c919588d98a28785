using System.Buffers.Binary;
using System.IO.Compression;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>
/// A gzipped IDX file of bytes, as MNIST's: two zero bytes, the element's type (8: bytes), the number of dimensions, each
/// dimension as a big-endian 32-bit number, then the elements, the last dimension fastest.
/// </summary>
internal sealed class IdxFile
{
    private const int LongestGunzipRatio = 1032;        // deflate cannot pack more bytes into one
    private const long Largest = 1 << 28;               // MNIST's largest has 47 million elements

    private IdxFile(int[] dimensions, byte[] elements) => (Dimensions, Elements) = (dimensions, elements);

    /// <summary>The sizes, the slowest first: [60000, 28, 28].</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>All elements.</summary>
    public byte[] Elements { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ToolException">It is no such file; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IdxFile Read(string path, params int?[] expected)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            return Read(path, unzipped, expected, Math.Min(Largest, file.Length * LongestGunzipRatio));
        }
        catch (InvalidDataException error)
        {
            throw new ToolException($"{path}: is not a sound gzip file: {error.Message}", error);
        }
    }

    private static IdxFile Read(string path, Stream stream, int?[] expected, long most)
    {
        Span<byte> magic = stackalloc byte[4];
        Fill(path, stream, magic, "the magic number");
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != 8)
        {
            throw new ToolException($"{path}: expected an IDX file of bytes (00 00 08), found {Convert.ToHexString(magic[..3])}.");
        }

        if (magic[3] != expected.Length)
        {
            throw new ToolException($"{path}: expected {expected.Length} dimension{(expected.Length == 1 ? "" : "s")}, found {magic[3]}.");
        }

        var dimensions = new int[expected.Length];
        Span<byte> number = stackalloc byte[4];
        long count = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            Fill(path, stream, number, $"dimension {i}");
            uint size = BinaryPrimitives.ReadUInt32BigEndian(number);
            if (size == 0 || size > most || (expected[i] is { } wanted && size != wanted))
            {
                throw new ToolException($"{path}: dimension {i}: expected {(expected[i] is { } exact ? $"{exact}" : $"1 to {most}")}, found {size}.");
            }

            dimensions[i] = (int)size;
            count *= size;                              // at most 2^28 times 2^28 before it is refused
            if (count > most)
            {
                throw new ToolException($"{path}: [{string.Join(", ", dimensions[..(i + 1)])}] is more than the {most:N0} elements that such a file can hold.");
            }
        }

        var elements = new byte[count];
        Fill(path, stream, elements, $"[{string.Join(", ", dimensions)}] elements");
        if (stream.ReadByte() >= 0)
        {
            throw new ToolException($"{path}: expected its end after {count:N0} elements, found more.");
        }

        return new IdxFile(dimensions, elements);
    }

    private static void Fill(string path, Stream stream, Span<byte> bytes, string what)
    {
        int found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (found < bytes.Length)
        {
            throw new ToolException($"{path}: ends within {what}: expected {bytes.Length:N0} bytes, found {found:N0}.");
        }
    }
}
