using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SpanRnn.Formats;

/// <summary>
/// Reads a safetensors file: 8 bytes of little-endian header length N, N bytes of JSON, then the tensors' bytes in C order.
/// Every rule of the format is checked when the file is opened, before any tensor is read.
/// </summary>
/// <remarks>
/// Memory: opening takes a small multiple (at most 16) of the header's length, which is at most 100,000,000 bytes
/// and never more than the file holds; reading takes one pooled buffer of 64 KiB, whatever the tensor's size. A reader
/// is for one thread at a time. Beyond the published rules, a tensor's entry with an unknown key is refused.
/// </remarks>
public sealed partial class SafetensorsReader : ITensorFile
{
    private const int BufferLength = 1 << 16, MostNamesShown = 8;

    private readonly Stream stream;
    private readonly string file;
    private readonly bool leaveOpen;
    private readonly long dataStart;
    private readonly Dictionary<string, TensorInfo> byName;
    private readonly TensorInfo[] tensors;
    private bool isDisposed;

    private SafetensorsReader(Stream stream, string file, bool leaveOpen)
    {
        this.stream = stream;
        this.file = file;
        this.leaveOpen = leaveOpen;

        long start = stream.Position, length = Math.Max(0, stream.Length - start);
        byte[] json = ReadHeader(length);
        SafetensorsHeader header = SafetensorsHeader.Parse(file, json);
        tensors = SafetensorsLayout.Order(file, header.Tensors.Values, length - sizeof(ulong) - json.Length);
        byName = header.Tensors;
        Metadata = header.Metadata.AsReadOnly();
        Tensors = tensors.AsReadOnly();
        dataStart = start + sizeof(ulong) + json.Length;
    }

    /// <summary>The file's path, or what the caller called the stream.</summary>
    public string Name => file;

    /// <summary>The strings under <c>__metadata__</c>; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their bytes in the file.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Opens a file and checks it.</summary>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ModelFileException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static SafetensorsReader Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength);
        if (stream.CanSeek)
            return Open(stream, path);
        stream.Dispose();
        throw new ModelFileException(path, "is a pipe or a device, not a file.");
    }

    /// <summary>Opens a file that starts at the stream's position and ends where the stream does, and checks it.</summary>
    /// <param name="stream">A stream that can read and seek.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">False: the reader owns the stream from this call on, and closes it if the file is refused.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot read or cannot seek.</exception>
    /// <exception cref="ModelFileException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public static SafetensorsReader Open(Stream stream, string name = "stream", bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        if (!stream.CanRead || !stream.CanSeek)
            throw new ArgumentException($"{name}: the stream must be able to read and seek.", nameof(stream));
        try
        {
            return new SafetensorsReader(stream, name, leaveOpen);
        }
        catch when (!leaveOpen)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="ModelFileException">The file has none; the message names some that it has.</exception>
    public TensorInfo Find(string name)
    {
        if (TryFind(name, out TensorInfo? info))
            return info;
        string some = string.Join(", ", tensors.Take(MostNamesShown).Select(tensor => ModelFileException.Quote(tensor.Name)));
        string more = tensors.Length > MostNamesShown ? ", ..." : "";
        throw Refuse($"has no tensor {ModelFileException.Quote(name)}; it has {tensors.Length}: {some}{more}");
    }

    /// <summary>The tensor of that name, if the file has it.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out TensorInfo? info) => byName.TryGetValue(name, out info);

    /// <summary>Closes the stream, unless it was opened with leaveOpen. The infos and metadata stay readable.</summary>
    public void Dispose()
    {
        isDisposed = true;
        if (!leaveOpen)
            stream.Dispose();
    }

    private byte[] ReadHeader(long length)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (length < prefix.Length || stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            throw Refuse($"is {length} bytes long, the shortest safetensors file is {prefix.Length + 2}.");
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (claimed > SafetensorsHeader.LongestHeader)
            throw Refuse($"the header's length is {claimed}, at most {SafetensorsHeader.LongestHeader} is allowed: another format?");
        if ((long)claimed > length - prefix.Length)
            throw Refuse($"the header's length is {claimed}, but only {length - prefix.Length} bytes follow: the file was cut short.");

        byte[] json = GC.AllocateUninitializedArray<byte>((int)claimed);
        int got = stream.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
        return got == json.Length ? json : throw Refuse($"the file ended after {got} bytes of header, expected {json.Length}.");
    }

    private ModelFileException Refuse(string reason) => new(file, reason);
}
