using Google.Protobuf.Reflection;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Onnx.Wire;

/// <summary>Counts the messages in a file before they are built.</summary>
/// <remarks>
/// An empty tensor takes 2 bytes in a file and about 1,000 in memory, a number at most 8 times its bytes (twice that while a list grows).
/// With a limit on messages, what a file takes is at most 32 times its size and 500 MB; and never more than 640 times its size.
/// </remarks>
internal static class WireBudget
{
    /// <summary>More than any model has of nodes, attributes, tensors and sizes together.</summary>
    public const int MostMessages = 500_000;

    /// <exception cref="ModelFileException">There are too many messages, or groups, which ONNX does not have.</exception>
    public static void Check(string file, ReadOnlySpan<byte> bytes, MessageDescriptor type)
    {
        int messages = 0;
        Count(file, bytes, type, ref messages);
    }

    // Broken bytes end the count: the parser, which comes next, refuses them with its reason.
    private static void Count(string file, ReadOnlySpan<byte> bytes, MessageDescriptor type, ref int messages)
    {
        while (TryNumber(ref bytes, out ulong tag))
        {
            ulong length = 0;
            bool isWhole = (tag & 7) switch
            {
                0 => TryNumber(ref bytes, out _),
                1 => TrySkip(ref bytes, 8),
                2 => TryNumber(ref bytes, out length),
                3 or 4 => throw new ModelFileException(file, "is not an ONNX file: it has a group, which the format does not know."),
                5 => TrySkip(ref bytes, 4),
                _ => false,
            };
            if (!isWhole || length > (ulong)bytes.Length)
            {
                return;
            }

            if (tag >> 3 <= int.MaxValue && type.FindFieldByNumber((int)(tag >> 3)) is { FieldType: FieldType.Message } field && (tag & 7) == 2)
            {
                if (++messages > MostMessages)
                {
                    throw new ModelFileException(file, $"expected at most {MostMessages} nodes, tensors and attributes, found more.");
                }

                Count(file, bytes[..(int)length], field.MessageType, ref messages);
            }

            bytes = bytes[(int)length..];
        }
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << 7 * i;
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, int count)
    {
        bool isWhole = bytes.Length >= count;
        bytes = isWhole ? bytes[count..] : [];
        return isWhole;
    }
}
