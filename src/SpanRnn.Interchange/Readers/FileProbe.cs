using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;

namespace SpanRnn.Interchange.Readers;

/// <summary>A file that readers look into to tell its format: what they learn is kept, so that nothing is parsed twice.</summary>
internal sealed class FileProbe : IDisposable
{
    private const int StartLength = 4096;
    private const ulong LongestSafetensorsHeader = 100_000_000;

    private readonly FileStream _stream;
    private byte[]? _all;
    private IReadOnlyList<string>? _zipNames, _jsonNames, _safetensorsNames;

    private FileProbe(string path, FileStream stream)
    {
        (Path, _stream, Length) = (path, stream, stream.Length);
        byte[] start = new byte[(int)Math.Min(StartLength, Length)];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        Start = start.AsMemory(0, got);
        Kind = KindOf(Start.Span);
    }

    /// <summary>For messages, and for readers that open the file themselves.</summary>
    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The first 4096 bytes, or all.</summary>
    public ReadOnlyMemory<byte> Start { get; }

    /// <summary>What the first bytes say.</summary>
    public FileKind Kind { get; }

    /// <summary>Names of a zip's entries; empty if it is none. Names are keys: nothing is ever written to a disk by them.</summary>
    /// <exception cref="ModelFileException">The zip is malformed.</exception>
    public IReadOnlyList<string> ZipNames => _zipNames ??= Kind == FileKind.Zip ? ReadZipNames() : [];

    /// <summary>Names of the outermost JSON object's members; empty if it is none.</summary>
    /// <exception cref="ModelFileException">The JSON is malformed.</exception>
    public IReadOnlyList<string> JsonNames => _jsonNames ??= Kind == FileKind.Json ? ReadJsonNames() : [];

    /// <summary>Names of a safetensors file's tensors; empty if it is none.</summary>
    /// <exception cref="ModelFileException">The file is malformed.</exception>
    public IReadOnlyList<string> SafetensorsNames => _safetensorsNames ??= Kind == FileKind.Safetensors ? ReadSafetensorsNames() : [];

    /// <exception cref="ModelFileException">It is no file but a pipe or a device.</exception>
    public static FileProbe Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return stream.CanSeek ? new FileProbe(path, stream) : throw new ModelFileException(path, "is a pipe or a device, not a file.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The whole file, read once.</summary>
    /// <exception cref="ModelFileException">It is longer than <see cref="FileLimits.LongestWhole"/>.</exception>
    public byte[] ReadAll()
    {
        if (_all is null)
        {
            if (Length > FileLimits.LongestWhole)
            {
                throw new ModelFileException(Path, $"is {Length} bytes long, of this format at most {FileLimits.LongestWhole} are read.");
            }

            byte[] all = GC.AllocateUninitializedArray<byte>((int)Length);
            _stream.Position = 0;
            int got = _stream.ReadAtLeast(all, all.Length, throwOnEndOfStream: false);
            _all = got == all.Length ? all : throw new ModelFileException(Path, $"ended after {got} bytes, expected {all.Length}.");
        }

        return _all;
    }

    /// <summary>The JSON's bytes, without a byte order mark.</summary>
    public ReadOnlySpan<byte> ReadJson()
    {
        ReadOnlySpan<byte> all = ReadAll();
        return all.StartsWith("\uFEFF"u8) ? all[3..] : all;
    }

    /// <summary>For the message that no reader knows the file.</summary>
    public string Describe() => Kind switch
    {
        FileKind.Zip => $"a zip that holds {Some(ZipNames)}",
        FileKind.Json => $"JSON with {Some(JsonNames)}",
        FileKind.Safetensors => $"safetensors with {Some(SafetensorsNames)}",
        _ => Length == 0 ? "the file is empty" : $"{Length} bytes that start with {Convert.ToHexString(Start.Span[..Math.Min(8, Start.Length)])}",
    };

    public void Dispose() => _stream.Dispose();

    private static FileKind KindOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            return FileKind.Zip;
        }

        if (start.Length > 8 && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= LongestSafetensorsHeader)
        {
            return FileKind.Safetensors;
        }

        ReadOnlySpan<byte> text = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        text = text.TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] == '{' ? FileKind.Json : FileKind.Other;
    }

    private static string Some(IReadOnlyList<string> names)
    {
        const int most = 6;
        string some = string.Join(", ", names.Take(most).Select(ModelFileException.Quote));
        return names.Count == 0 ? "nothing" : names.Count > most ? $"{some}, ... ({names.Count})" : some;
    }

    private List<string> ReadZipNames()
    {
        try
        {
            _stream.Position = 0;
            using var zip = new ZipArchive(_stream, ZipArchiveMode.Read, leaveOpen: true);
            return [.. zip.Entries.Select(entry => entry.FullName)];
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new ModelFileException(Path, $"is a malformed zip: {error.Message}", error);
        }
    }

    private List<string> ReadJsonNames()
    {
        try
        {
            var reader = new Utf8JsonReader(ReadJson());
            var names = new List<string>();
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                names.Add(reader.GetString()!);
                reader.Read();
                reader.Skip();
            }

            return names;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelFileException(Path, $"is malformed JSON: {error.Message}", error);
        }
    }

    private IReadOnlyList<string> ReadSafetensorsNames()
    {
        _stream.Position = 0;
        using SafetensorsReader reader = SafetensorsReader.Open(_stream, Path, leaveOpen: true);
        return [.. reader.Tensors.Select(tensor => tensor.Name)];
    }
}
