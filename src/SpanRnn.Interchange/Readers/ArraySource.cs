using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;

namespace SpanRnn.Interchange.Readers;

/// <summary>Named arrays, whether they lie in a zip of .npy files or in a safetensors file.</summary>
internal sealed class ArraySource : IDisposable
{
    private readonly string _file;
    private readonly NpzFile? _npz;
    private readonly SafetensorsReader? _safetensors;

    /// <exception cref="ModelFileException">The file is malformed.</exception>
    public ArraySource(FileProbe file)
    {
        _file = file.Path;
        if (file.Kind == FileKind.Zip)
        {
            _npz = NpzFile.Open(file.Path);
        }
        else
        {
            _safetensors = SafetensorsReader.Open(file.Path);
        }
    }

    /// <summary>In the order of the file.</summary>
    public IEnumerable<string> Names => _npz is not null ? _npz.Names : _safetensors!.Tensors.Select(tensor => tensor.Name);

    public IReadOnlyDictionary<string, string> Metadata => _safetensors?.Metadata ?? new Dictionary<string, string>();

    /// <exception cref="ModelFileException">The array is malformed, or no array of numbers.</exception>
    public WeightArray Read(string name)
    {
        if (_npz is not null)
        {
            return WeightArray.Of(_file, name, _npz.Read(name));
        }

        TensorInfo info = _safetensors!.Find(name);
        if (info.ElementCount > FileLimits.LongestWhole / sizeof(float))
        {
            throw new ModelFileException(_file, $"{info}: holds more than {FileLimits.LongestWhole / sizeof(float)} numbers.");
        }

        float[] values = new float[info.ElementCount];
        _safetensors.ReadFloats(info, values);
        return new WeightArray(_file, name, [.. info.Shape.ToArray().Select(length => (int)Math.Min(length, int.MaxValue))], values);
    }

    public void Dispose()
    {
        _npz?.Dispose();
        _safetensors?.Dispose();
    }
}
