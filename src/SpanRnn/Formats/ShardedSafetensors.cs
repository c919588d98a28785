using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace SpanRnn.Formats;

/// <summary>
/// Several safetensors files behind an index, <c>model.safetensors.index.json</c>: its <c>weight_map</c> says which file has which tensor.
/// The files lie in the index's folder; a name that leads out of it is refused.
/// </summary>
/// <remarks>
/// All files are open while the reader is, and each is checked as <see cref="SafetensorsReader"/> checks one. Memory: at most 16 times the
/// index and 16 times the files' headers. A reader is for one thread at a time.
/// </remarks>
public sealed class ShardedSafetensors : ITensorFile
{
    private const int LongestIndex = 100_000_000, MostFiles = 1000, MostNamesShown = 8;

    private readonly Dictionary<string, SafetensorsReader> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TensorInfo Info, SafetensorsReader File)> _byName = new(StringComparer.Ordinal);

    private ShardedSafetensors(string path)
    {
        Name = path;
        Dictionary<string, string> map = ReadMap(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            foreach ((string tensor, string file) in map)
            {
                SafetensorsReader reader = Shard(folder, file);
                _byName.Add(tensor, reader.TryFind(tensor, out TensorInfo? info)
                    ? (info, reader)
                    : throw Refuse($"says that {ModelFileException.Quote(file)} has the tensor {ModelFileException.Quote(tensor)}; it has not."));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Tensors = [.. _files.Values.SelectMany(file => file.Tensors).Where(tensor => _byName.TryGetValue(tensor.Name, out var own) && ReferenceEquals(own.Info, tensor))];
        Metadata = _files.Values.FirstOrDefault()?.Metadata ?? new Dictionary<string, string>().AsReadOnly();
    }

    /// <summary>The index's path.</summary>
    public string Name { get; }

    /// <summary>The strings under <c>__metadata__</c> of the first file that the index names.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors that the index names, file by file, in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The files, by their names in the index.</summary>
    public IReadOnlyCollection<string> Files => _files.Keys;

    /// <summary>Opens an index and its files, and checks them.</summary>
    /// <exception cref="ModelFileException">The index or a file breaks a rule, a file is missing, or lacks a tensor; the message says which.</exception>
    /// <exception cref="FileNotFoundException">There is no such index.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ShardedSafetensors Open(string path) => new(path);

    /// <inheritdoc/>
    public TensorInfo Find(string name)
    {
        if (TryFind(name, out TensorInfo? info))
        {
            return info;
        }

        string some = string.Join(", ", _byName.Keys.Take(MostNamesShown).Select(ModelFileException.Quote));
        throw Refuse($"has no tensor {ModelFileException.Quote(name)}; it has {_byName.Count}: {some}{(_byName.Count > MostNamesShown ? ", ..." : "")}");
    }

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out TensorInfo? info)
    {
        bool isFound = _byName.TryGetValue(name, out (TensorInfo Info, SafetensorsReader) found);
        info = found.Info;
        return isFound;
    }

    /// <inheritdoc/>
    public void ReadFloats(TensorInfo info, long first, Span<float> destination) => FileOf(info).ReadFloats(info, first, destination);

    /// <inheritdoc/>
    public void ReadDoubles(TensorInfo info, long first, Span<double> destination) => FileOf(info).ReadDoubles(info, first, destination);

    /// <inheritdoc/>
    public void ReadInt64s(TensorInfo info, long first, Span<long> destination) => FileOf(info).ReadInt64s(info, first, destination);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafetensorsReader file in _files.Values)
        {
            file.Dispose();
        }
    }

    private SafetensorsReader FileOf(TensorInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return _byName.TryGetValue(info.Name, out (TensorInfo Info, SafetensorsReader File) own) && ReferenceEquals(own.Info, info)
            ? own.File
            : throw new ArgumentException($"tensor {info} is not one of {Name}'s.", nameof(info));
    }

    private SafetensorsReader Shard(string folder, string file)
    {
        if (_files.TryGetValue(file, out SafetensorsReader? open))
        {
            return open;
        }

        // Whatever the system: what is a path on another one is none here either.
        if (file.Length == 0 || file is "." or ".." || file.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw Refuse($"names the file {ModelFileException.Quote(file)}, expected one in the index's own folder.");
        }

        if (_files.Count == MostFiles)
        {
            throw Refuse($"names more than {MostFiles} files.");
        }

        try
        {
            return _files[file] = SafetensorsReader.Open(Path.Combine(folder, file));
        }
        catch (FileNotFoundException error)
        {
            throw new ModelFileException(Name, $"names the file {ModelFileException.Quote(file)}, which is not there.", error);
        }
    }

    private static Dictionary<string, string> ReadMap(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > LongestIndex)
        {
            throw new ModelFileException(path, $"is {length} bytes long, an index may have {LongestIndex}.");
        }

        byte[] bytes = File.ReadAllBytes(path);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isFound = false;
        try
        {
            var json = new Utf8JsonReader(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw new ModelFileException(path, "is no JSON object, so no index of safetensors files.");
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isMap = json.ValueTextEquals("weight_map"u8);
                json.Read();
                if (!isMap)
                {
                    json.Skip();
                    continue;
                }

                if (isFound || json.TokenType != JsonTokenType.StartObject)
                {
                    throw new ModelFileException(path, isFound ? "has two weight_maps." : "its weight_map is no object of file names.");
                }

                isFound = true;
                ReadNames(path, ref json, map);
            }

            json.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelFileException(path, $"is not valid JSON: {error.Message}", error);
        }

        return isFound ? map : throw new ModelFileException(path, "has no weight_map, so it is no index of safetensors files.");
    }

    private static void ReadNames(string path, ref Utf8JsonReader json, Dictionary<string, string> map)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string tensor = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                throw new ModelFileException(path, $"its weight_map gives {ModelFileException.Quote(tensor)} no file name.");
            }

            if (!map.TryAdd(tensor, json.GetString()!))
            {
                throw new ModelFileException(path, $"its weight_map names {ModelFileException.Quote(tensor)} twice.");
            }
        }
    }

    private ModelFileException Refuse(string reason) => new(Name, reason);
}
