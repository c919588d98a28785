using System.IO.Compression;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>NumPy's .npz files: a zip, stored or deflated, of .npy files.</summary>
/// <remarks>
/// Entries' names are keys, nothing is written to a disk by them; names that climb (<c>..</c>) or start at a root are refused all the same.
/// All entries together may unpack to 8 times the file's length, or 1 MiB if that is more; each one is read when it is asked for.
/// </remarks>
public sealed class NpzFile : IDisposable
{
    private const string Suffix = ".npy";

    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private NpzFile(string path, Stream stream)
    {
        _path = path;
        _zip = new ZipArchive(stream, ZipArchiveMode.Read);
        long unpacked = 0, most = FileLimits.MostUnpacked(stream.Length);
        foreach (ZipArchiveEntry entry in _zip.Entries)
        {
            string name = entry.FullName;
            if (Climbs(name))
            {
                throw Refuse($"holds {ModelFileException.Quote(name)}, a name that climbs out of the file.");
            }

            if (!name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                throw Refuse($"holds {ModelFileException.Quote(name)}; expected nothing but .npy arrays.");
            }

            unpacked += entry.Length;
            if (entry.Length < 0 || unpacked > most)
            {
                throw Refuse($"unpacks to more than {most} bytes, 8 times its own {stream.Length} (or 1 MiB): a bomb, or save it uncompressed.");
            }

            if (!_entries.TryAdd(name[..^Suffix.Length], entry))
            {
                throw Refuse($"holds {ModelFileException.Quote(name)} twice.");
            }
        }

        Names = [.. _entries.Keys];
    }

    /// <summary>The arrays' names, without <c>.npy</c>, in the order of the file.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file and checks the zip's directory.</summary>
    /// <exception cref="ModelFileException">The zip is malformed, too large when unpacked, or holds something else than arrays.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static NpzFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return stream.CanSeek ? new NpzFile(path, stream) : throw new ModelFileException(path, "is a pipe or a device, not a file.");
        }
        catch (Exception error)
        {
            stream.Dispose();
            if (IsMalformed(error))
            {
                throw new ModelFileException(path, $"is a malformed zip: {error.Message}", error);
            }

            throw;
        }
    }

    /// <summary>Reads an array.</summary>
    /// <exception cref="ModelFileException">There is none of that name, or it is malformed.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public NumberArray Read(string name)
    {
        if (!_entries.TryGetValue(name, out ZipArchiveEntry? entry))
        {
            throw Refuse($"has no array {ModelFileException.Quote(name)}.");
        }

        string what = $"{_path}, {ModelFileException.Quote(name)}";
        try
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(entry.Length, FileLimits.LongestWhole + 1));
            using Stream stream = entry.Open();
            int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (got < entry.Length || stream.ReadByte() >= 0)
            {
                throw new ModelFileException(what, $"is said to have {entry.Length} bytes, but has {(got < entry.Length ? $"{got}" : "more")}.");
            }

            if (Crc32.Of(bytes) != entry.Crc32)
            {
                throw new ModelFileException(what, "does not have the check sum that the zip gives it: the file was damaged.");
            }

            return NpyFile.Read(new MemoryStream(bytes, writable: false), bytes.Length, what);
        }
        catch (Exception error) when (IsMalformed(error))
        {
            throw new ModelFileException(what, $"cannot be unpacked: {error.Message}", error);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();

    /// <summary>What the zip's reader throws for a malformed file.</summary>
    internal static bool IsMalformed(Exception error) =>
        error is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException or NotSupportedException;

    private static bool Climbs(string name) =>
        name.StartsWith('/') || name.Contains('\\') || name.Contains(':') && name.IndexOf(':') == 1 || name.Split('/').Contains("..");

    private ModelFileException Refuse(string reason) => new(_path, reason);
}
