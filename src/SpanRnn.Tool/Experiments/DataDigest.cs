using System.Security.Cryptography;
using System.Text;

namespace SpanRnn.Tool.Experiments;

/// <summary>A SHA-256 of data and of how it was cut, so that a training is resumed on the same.</summary>
internal static class DataDigest
{
    /// <summary>Of bytes, one part after the other, each with its length, and a text about the cut.</summary>
    public static string Of(string cut, params IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Encoding.UTF8.GetBytes(cut));
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            Add(part.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }
    }

    /// <summary>Of texts, one after the other.</summary>
    public static string Of(string cut, IEnumerable<string> texts) =>
        Of(cut, texts.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)));
}
