using System.Buffers.Binary;
using System.IO.Compression;
using SpanRnn.Parameters;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>Images in MNIST's format that are easy to tell apart: the digit d is a bar of ink in rows 2 d + 4 and 2 d + 5, with some noise.</summary>
internal static class DrawnDigits
{
    private const int Side = 28;

    /// <summary>Writes the four files.</summary>
    public static void Write(ToolRun tool, int training, int test, ulong seed = 1)
    {
        var random = new RandomStream(seed);
        Write(tool, "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", training, random);
        Write(tool, "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", test, random);
    }

    /// <summary>A gzipped IDX file: the header's dimensions, then any bytes.</summary>
    public static byte[] Idx(int[] dimensions, byte[] elements, byte type = 8)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write([0, 0, type, (byte)dimensions.Length]);
            Span<byte> number = stackalloc byte[4];
            foreach (int dimension in dimensions)
            {
                BinaryPrimitives.WriteInt32BigEndian(number, dimension);
                gzip.Write(number);
            }

            gzip.Write(elements);
        }

        return packed.ToArray();
    }

    private static void Write(ToolRun tool, string images, string labels, int count, RandomStream random)
    {
        var pixels = new byte[count * Side * Side];
        var digits = new byte[count];
        for (int n = 0; n < count; n++)
        {
            digits[n] = (byte)(n % 10);
            for (int i = 0; i < Side * Side; i++)
            {
                int row = i / Side, column = i % Side;
                bool isInk = row / 2 == digits[n] + 2 && column is > 4 and < 23;
                pixels[n * Side * Side + i] = (byte)(isInk ? 200 + random.NextInt32(56) : random.NextInt32(40));
            }
        }

        tool.Write(images, Idx([count, Side, Side], pixels));
        tool.Write(labels, Idx([count], digits));
    }
}
