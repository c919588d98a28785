using System.Buffers;
using System.Text.Unicode;

namespace SpanRnn.Tool.Text;

/// <summary>
/// UTF-8 that says where it is wrong. The framework's decoder would put U+FFFD for what it cannot read, and a model would
/// then learn that character.
/// </summary>
internal static class StrictUtf8
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes a file's bytes, leaving out a byte order mark.</summary>
    /// <param name="name">What a message calls the file.</param>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="ToolException"><paramref name="bytes"/> are not UTF-8.</exception>
    public static string Decode(string name, ReadOnlySpan<byte> bytes)
    {
        int start = bytes.StartsWith(Mark) ? Mark.Length : 0;
        var chars = new char[bytes.Length - start];                    // UTF-16 never has more units than UTF-8 has bytes
        OperationStatus status = Utf8.ToUtf16(bytes[start..], chars, out int read, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            int at = start + read;
            string hint = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? " The file begins as UTF-16 does: save it as UTF-8." : "";
            throw new ToolException($"{name}: is not UTF-8: byte 0x{bytes[at]:X2} at position {at} begins no valid character.{hint}");
        }
        return new string(chars, 0, written);
    }
}
