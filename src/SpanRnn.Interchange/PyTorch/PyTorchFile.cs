using System.Diagnostics.CodeAnalysis;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>
/// Reads a checkpoint that <c>torch.save</c> wrote (<c>.pt</c>, <c>.pth</c>, <c>.ckpt</c>): a zip archive of <c>data.pkl</c>, which says
/// what there is, and one entry for each storage. Nothing of the file is ever run: its pickle may build tensors, numbers, text,
/// lists and dictionaries, and any other name in it is refused.
/// </summary>
/// <remarks>
/// <para>Tensors are views: an offset and strides into a storage, which may be shared, overlap, or hold more than they show. They are read in
/// C order straight from the file; only a view whose elements are not in that order, and an archive that someone compressed, have their
/// storage in memory while it is read.</para>
/// <para>Memory: opening takes at most 256 times the length of data.pkl and of the archive's directory. Compressed archives may unpack
/// to <see cref="MostGrowth"/> times the file's length, and all tensors together may have so many times its bytes (a view may
/// repeat an element); what passes that is refused. A reader is for one thread at a time.</para>
/// </remarks>
public sealed partial class PyTorchFile : ITensorFile
{
    /// <summary>How many times as long as the file its tensors, or what it unpacks to, may be.</summary>
    public const int MostGrowth = 32;

    private const int BufferLength = 1 << 16, MostNamesShown = 8, SmallFile = 1 << 16, LongestNote = 64;
    private const string Pickle = "data.pkl";

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly ZipDirectory _zip;
    private readonly string _root;
    private readonly bool _isBigEndian;
    private readonly TensorInfo[] _tensors;
    private readonly Dictionary<string, (TensorInfo Info, TorchTensor Tensor)> _byName = new(StringComparer.Ordinal);
    private long _unpacked;
    private bool _isDisposed;

    private PyTorchFile(Stream stream, string file, bool leaveOpen, string? entry)
    {
        (_stream, Name, _leaveOpen) = (stream, file, leaveOpen);
        ForeignArchive.RefuseWhatIsNoArchive(stream, file);
        _zip = ZipDirectory.Read(stream, file);
        _root = ForeignArchive.FindRoot(_zip, file);
        _isBigEndian = ReadByteOrder();
        byte[] pickle = Unpacked(_zip.Entries[_root + Pickle], "data.pkl");
        StateDict dictionary = StateDict.Of(file, Unpickler.Read(file, pickle), pickle.Length, entry);
        (Entry, Ignored) = (dictionary.Path, dictionary.Ignored);
        _tensors = [.. dictionary.Tensors.Select(tensor => Add(tensor.Name, tensor.Tensor))];
        CheckGrowth();
        Metadata = new Dictionary<string, string>().AsReadOnly();
        Tensors = _tensors.AsReadOnly();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Empty: what a checkpoint holds beside tensors is listed in <see cref="Ignored"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors of the state dict, in its order; nested names are joined by dots.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The keys that lead to the state dict, joined by dots, such as <c>model</c>; empty if the file is one.</summary>
    public string Entry { get; }

    /// <summary>What was not read: entries that are no tensors, or lie beside the state dict. At most 1,000 are named.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Opens a checkpoint and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">
    /// The keys that lead to the wanted state dict, joined by dots (<c>ema.state_dict</c>); null to find it by its usual names
    /// (state_dict, model_state_dict, model, ...).
    /// </param>
    /// <exception cref="ModelFileException">The file is no checkpoint, breaks a rule, or would have to run code; the message says which.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static PyTorchFile Open(string path, string? entry = null)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength);
        if (stream.CanSeek)
        {
            return Open(stream, path, entry);
        }

        stream.Dispose();
        throw new ModelFileException(path, "is a pipe or a device, not a file.");
    }

    /// <summary>Opens a checkpoint that is the whole of a stream, and checks it.</summary>
    /// <param name="stream">A stream that can read and seek.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="entry">As for <see cref="Open(string, string?)"/>.</param>
    /// <param name="leaveOpen">False: the reader owns the stream from this call on, and closes it if the file is refused.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot read or cannot seek.</exception>
    /// <exception cref="ModelFileException">The file is no checkpoint, breaks a rule, or would have to run code; the message says which.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public static PyTorchFile Open(Stream stream, string name = "stream", string? entry = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        if (!stream.CanRead || !stream.CanSeek)
        {
            throw new ArgumentException($"{name}: the stream must be able to read and seek.", nameof(stream));
        }

        try
        {
            return new PyTorchFile(stream, name, leaveOpen, entry);
        }
        catch when (!leaveOpen)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorInfo Find(string name)
    {
        if (TryFind(name, out TensorInfo? info))
        {
            return info;
        }

        string some = string.Join(", ", _tensors.Take(MostNamesShown).Select(tensor => ModelFileException.Quote(tensor.Name)));
        throw Refuse($"has no tensor {ModelFileException.Quote(name)}; it has {_tensors.Length}: {some}{(_tensors.Length > MostNamesShown ? ", ..." : "")}");
    }

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out TensorInfo? info)
    {
        bool isFound = _byName.TryGetValue(name, out (TensorInfo Info, TorchTensor) found);
        info = found.Info;
        return isFound;
    }

    /// <summary>Closes the stream, unless it was opened with leaveOpen. The infos stay readable.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _copy = null;
        _copyOf = null;
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private TensorInfo Add(string name, TorchTensor tensor)
    {
        TorchStorage storage = tensor.Storage;
        ZipEntry entry = EntryOf(storage);
        long size = storage.Type?.Type.Size() ?? 1;
        if (storage.Count > long.MaxValue / size || entry.Length != storage.Count * size)
        {
            throw Refuse(
                $"tensor {ModelFileException.Quote(name)}: its storage has {storage.Count} elements of {size} bytes, but its entry {entry.Name} has {entry.Length} bytes.");
        }

        var info = new TensorInfo(name, tensor.Type, tensor.Shape, tensor.Elements, 0);
        _byName.Add(name, (info, tensor));
        return info;
    }

    private ZipEntry EntryOf(TorchStorage storage) => _zip.Entries.TryGetValue($"{_root}data/{storage.Key}", out ZipEntry? entry)
        ? entry
        : throw Refuse($"lacks the entry data/{ModelFileException.Quote(storage.Key)} for a storage of {storage.Count} elements.");

    private void CheckGrowth()
    {
        Int128 bytes = 0;
        foreach (TensorInfo tensor in _tensors)
        {
            bytes += tensor.ByteLength;
        }

        Int128 most = Math.Max(_stream.Length, SmallFile) * (Int128)MostGrowth;
        if (bytes > most)
        {
            throw Refuse($"its tensors would have {bytes} bytes in all, more than {MostGrowth} times the file: views that repeat their elements too often.");
        }
    }

    private bool ReadByteOrder()
    {
        if (!_zip.Entries.TryGetValue(_root + "byteorder", out ZipEntry? entry))
        {
            return false;
        }

        if (entry.Length > LongestNote)
        {
            throw Refuse($"its entry byteorder has {entry.Length} bytes, expected 'little' or 'big'.");
        }

        string order = Encoding.ASCII.GetString(Unpacked(entry, "byteorder"));
        return order is "little" or "big" ? order == "big" : throw Refuse($"its entry byteorder is {ModelFileException.Quote(order)}, expected 'little' or 'big'.");
    }

    private ModelFileException Refuse(string reason, Exception? inner = null) => new(Name, reason, inner);
}
