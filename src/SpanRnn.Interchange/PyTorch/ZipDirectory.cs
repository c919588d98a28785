using System.Buffers.Binary;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>The files of a zip archive: read from the central directory at its end, each compared with its own header.</summary>
/// <remarks>
/// <para>Written here rather than taken from System.IO.Compression because tensors are to be read in place: what is stored has an offset.</para>
/// <para>Memory: the directory, which is at most as long as the file, and about 100 bytes for each entry of at least 46.
/// Checksums are not compared: PyTorch does not do so either, and can be told to write none.</para>
/// </remarks>
internal sealed class ZipDirectory
{
    private const uint EndMark = 0x06054b50, End64Mark = 0x06064b50, Locator64Mark = 0x07064b50, EntryMark = 0x02014b50, LocalMark = 0x04034b50;
    private const int EndLength = 22, End64Length = 56, Locator64Length = 20, EntryLength = 46, LocalLength = 30, LongestComment = ushort.MaxValue;
    private const int Stored = 0, Deflated = 8, Encrypted = 1;
    private const ushort Extra64 = 1;

    private readonly Stream _stream;
    private readonly string _file;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipDirectory(Stream stream, string file) => (_stream, _file) = (stream, file);

    /// <summary>The entries, by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>Reads the directory of an archive that is the whole of a stream.</summary>
    /// <exception cref="ModelFileException">It breaks a rule of the format.</exception>
    public static ZipDirectory Read(Stream stream, string file)
    {
        var directory = new ZipDirectory(stream, file);
        (long start, long length, long count) = directory.FindDirectory();
        directory.ReadEntries(directory.Bytes(start, length, "the zip archive's directory"), count, start);
        return directory;
    }

    private (long Start, long Length, long Count) FindDirectory()
    {
        long fileLength = _stream.Length;
        int tailLength = (int)Math.Min(fileLength, EndLength + LongestComment);
        byte[] tail = Bytes(fileLength - tailLength, tailLength, "the zip archive's end");
        for (int at = tailLength - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (U32(end) != EndMark || at + EndLength + U16(end[20..]) != tailLength)
            {
                continue;
            }

            (uint start, uint length, uint count) = (U32(end[16..]), U32(end[12..]), U16(end[10..]));
            long endAt = fileLength - tailLength + at;
            bool is64 = start == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue;
            (long, long, long) found = is64 ? FindDirectory64(endAt) : (start, length, count);
            return Checked(found, endAt);
        }

        throw Refuse("has no end of a zip archive's directory: the file was cut short, or is no zip archive.");
    }

    private (long Start, long Length, long Count) FindDirectory64(long endAt)
    {
        if (endAt < Locator64Length)
        {
            throw Refuse("has no room for the 64-bit directory that its zip archive announces.");
        }

        ReadOnlySpan<byte> locator = Bytes(endAt - Locator64Length, Locator64Length, "the zip archive's 64-bit locator");
        if (U32(locator) != Locator64Mark)
        {
            throw Refuse("lacks the 64-bit directory that its zip archive announces.");
        }

        long at = Whole(U64(locator[8..]), "the place of the 64-bit directory");
        if (at > endAt - Locator64Length - End64Length)
        {
            throw Refuse($"the 64-bit end of the zip archive's directory is said to be at {at}, outside of the file.");
        }

        ReadOnlySpan<byte> end = Bytes(at, End64Length, "the zip archive's 64-bit end");
        return U32(end) == End64Mark
            ? (Whole(U64(end[48..]), "the directory's place"), Whole(U64(end[40..]), "the directory's length"), Whole(U64(end[32..]), "the number of entries"))
            : throw Refuse($"there is no 64-bit end of a zip archive's directory at {at}.");
    }

    private (long Start, long Length, long Count) Checked((long Start, long Length, long Count) found, long endAt)
    {
        if (found.Start > endAt || found.Length > endAt - found.Start)
        {
            throw Refuse($"the zip archive's directory is said to be {found.Length} bytes at {found.Start}, outside of the {endAt} before its end.");
        }

        return found.Count > found.Length / EntryLength
            ? throw Refuse($"the zip archive's directory is said to have {found.Count} entries, its {found.Length} bytes hold at most {found.Length / EntryLength}.")
            : found;
    }

    private void ReadEntries(ReadOnlySpan<byte> directory, long count, long end)
    {
        for (long i = 0; i < count; i++)
        {
            if (directory.Length < EntryLength || U32(directory) != EntryMark)
            {
                throw Refuse($"entry {i} of the zip archive's directory is missing or damaged.");
            }

            int nameLength = U16(directory[28..]), extraLength = U16(directory[30..]), commentLength = U16(directory[32..]);
            int length = EntryLength + nameLength + extraLength + commentLength;
            if (directory.Length < length)
            {
                throw Refuse($"entry {i} of the zip archive's directory is cut short.");
            }

            string name = SafeName(directory.Slice(EntryLength, nameLength));
            ZipEntry entry = ReadEntry(name, directory[..EntryLength], directory.Slice(EntryLength + nameLength, extraLength), end);
            if (!_entries.TryAdd(name, entry))
            {
                throw Refuse($"the zip archive has two entries named {ModelFileException.Quote(name)}.");
            }

            directory = directory[length..];
        }
    }

    private ZipEntry ReadEntry(string name, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra, long end)
    {
        string what = $"the zip archive's entry {ModelFileException.Quote(name)}";
        (int flags, int method) = (U16(entry[8..]), U16(entry[10..]));
        if ((flags & Encrypted) != 0)
        {
            throw Refuse($"{what} is encrypted.");
        }

        if (method is not (Stored or Deflated))
        {
            throw Refuse($"{what} is packed by method {method}, expected 0 (stored) or 8 (deflated).");
        }

        (long stored, long length, long at) = Sizes(what, entry, extra);
        if (method == Stored && stored != length)
        {
            throw Refuse($"{what} is stored as it is, but takes {stored} bytes for {length}.");
        }

        if (at > end - LocalLength)
        {
            throw Refuse($"{what} is said to be at {at}, outside of the {end} bytes before the directory.");
        }

        ReadOnlySpan<byte> local = Bytes(at, LocalLength, what);
        long offset = at + LocalLength + U16(local[26..]) + U16(local[28..]);
        if (U32(local) != LocalMark || U16(local[8..]) != method)
        {
            throw Refuse($"{what} has no matching header at {at}.");
        }

        return offset <= end && stored <= end - offset
            ? new(name, offset, stored, length, method == Deflated)
            : throw Refuse($"{what} is said to have {stored} bytes at {offset}, outside of the {end} before the directory.");
    }

    // What does not fit 32 bits is all ones there, and stands in the extra field, in this order.
    private (long Stored, long Length, long At) Sizes(string what, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        ReadOnlySpan<byte> large = Large(extra);
        long length = Next(U32(entry[24..]), ref large);
        long stored = Next(U32(entry[20..]), ref large);
        long at = Next(U32(entry[42..]), ref large);
        return (stored, length, at);

        long Next(uint small, ref ReadOnlySpan<byte> large)
        {
            if (small != uint.MaxValue)
            {
                return small;
            }

            if (large.Length < sizeof(ulong))
            {
                throw Refuse($"{what} lacks a 64-bit size that it announces.");
            }

            long value = Whole(U64(large), what);
            large = large[sizeof(ulong)..];
            return value;
        }
    }

    private static ReadOnlySpan<byte> Large(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(U16(extra[2..]), extra.Length - 4);
            if (U16(extra) == Extra64)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    // Nothing is ever written under these names; one that climbs was still made to harm, so the file is not trusted.
    private string SafeName(ReadOnlySpan<byte> bytes)
    {
        string name = Encoding.UTF8.GetString(bytes);
        bool climbs = name.Length == 0 || name[0] == '/' || name.Contains('\\', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
            || name.Contains(':', StringComparison.Ordinal) || name.Split('/').Contains("..");
        return climbs
            ? throw Refuse($"the zip archive has an entry named {ModelFileException.Quote(name)}: expected a relative path that does not climb.")
            : name;
    }

    private byte[] Bytes(long at, long length, string what)
    {
        if (length > Array.MaxLength)
        {
            throw Refuse($"{what} has {length} bytes, at most {Array.MaxLength} are read.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        _stream.Position = at;
        int got = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return got == bytes.Length ? bytes : throw Refuse($"{what}: expected {bytes.Length} bytes at {at}, found {got}.");
    }

    private long Whole(ulong value, string what) =>
        value <= long.MaxValue ? (long)value : throw Refuse($"{what} is {value}, more than {long.MaxValue}.");

    private ModelFileException Refuse(string reason) => new(_file, reason);

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong U64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
