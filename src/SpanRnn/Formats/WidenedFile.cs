using System.Diagnostics.CodeAnalysis;
using SpanRnn.Kernels.Weights;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>
/// A file whose matrices are int8 with scales, as one of float32: number times scale, which is exact for the scales that <see cref="SmallMatrix"/>
/// writes. The scales themselves are no tensors of it.
/// </summary>
internal sealed class WidenedFile : ITensorFile
{
    private readonly ITensorFile _file;
    private readonly Dictionary<string, TensorInfo> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<TensorInfo, (TensorInfo Numbers, float[] Scales)> _matrices = [];

    private WidenedFile(ITensorFile file)
    {
        _file = file;
        var tensors = new List<TensorInfo>();
        HashSet<string> scales = [.. Matrices(file).Select(matrix => matrix.Name + SmallMatrix.Scale)];
        foreach (TensorInfo tensor in file.Tensors.Where(tensor => !scales.Contains(tensor.Name)))
        {
            TensorInfo shown = tensor;
            if (tensor.Rank == 2)
            {
                shown = new TensorInfo(tensor.Name, SafetensorsType.F32, tensor.Shape.ToArray(), tensor.ElementCount, tensor.Begin);
                _matrices.Add(shown, (tensor, ReadScales(tensor)));
            }

            tensors.Add(shown);
            _byName.Add(shown.Name, shown);
        }

        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Name => _file.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The tensors as the file has them.</summary>
    public IReadOnlyList<TensorInfo> Stored => _file.Tensors;

    /// <summary>A file that is as its metadata says: itself, or widened. The file is closed with what is returned, or at once if it is refused.</summary>
    /// <exception cref="ModelFileException">A matrix is of another type than the metadata says, or its scales are missing or wrong.</exception>
    public static ITensorFile Of(ITensorFile file)
    {
        try
        {
            WeightFormat format = FormatOf(file);
            if (format == WeightFormat.Float32)
            {
                return file;
            }

            SafetensorsType expected = format == WeightFormat.BFloat16 ? SafetensorsType.BF16 : SafetensorsType.I8;
            foreach (TensorInfo matrix in Matrices(file).Where(matrix => matrix.DType != expected))
            {
                throw new ModelFileException(
                    file.Name, $"{matrix.Name}: expected {expected.Name()}, as metadata '{Names.Weights}' says, found {matrix.DType.Name()}.");
            }

            return format == WeightFormat.BFloat16 ? file : new WidenedFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>How a file says that it keeps its matrices.</summary>
    /// <exception cref="ModelFileException">It says something unknown.</exception>
    public static WeightFormat FormatOf(ITensorFile file) => file.Metadata.ContainsKey(Names.Weights)
        ? new MetadataReader(file.Name, file.Metadata).OneOf(Names.Weights, Names.WeightFormats)
        : WeightFormat.Float32;

    /// <inheritdoc/>
    public TensorInfo Find(string name) => _byName.GetValueOrDefault(name) ?? _file.Find(name);

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out TensorInfo? info) => _byName.TryGetValue(name, out info);

    /// <inheritdoc/>
    public void ReadFloats(TensorInfo info, long first, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (!_matrices.TryGetValue(info, out (TensorInfo Numbers, float[] Scales) matrix))
        {
            _file.ReadFloats(info, first, destination);
            return;
        }

        _file.ReadFloats(matrix.Numbers, first, destination);
        long columns = info.Shape[1];
        for (int i = 0; i < destination.Length; i++)
        {
            long row = (first + i) / columns;
            if (destination[i] < -Int8.Largest)
            {
                throw new ModelFileException(
                    Name, $"{info.Name}[{row}, {(first + i) % columns}]: expected {-Int8.Largest} to {Int8.Largest}, found {destination[i]}.");
            }

            destination[i] *= matrix.Scales[row];
        }
    }

    /// <inheritdoc/>
    public void ReadDoubles(TensorInfo info, long first, Span<double> destination)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (!_matrices.ContainsKey(info))
        {
            _file.ReadDoubles(info, first, destination);
            return;
        }

        float[] floats = new float[destination.Length];
        ReadFloats(info, first, floats);
        for (int i = 0; i < floats.Length; i++)
        {
            destination[i] = floats[i];
        }
    }

    /// <inheritdoc/>
    public void ReadInt64s(TensorInfo info, long first, Span<long> destination)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (_matrices.ContainsKey(info))
        {
            throw new ModelFileException(Name, $"tensor {info} holds no whole numbers: they have a scale.");
        }

        _file.ReadInt64s(info, first, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static IEnumerable<TensorInfo> Matrices(ITensorFile file) => file.Tensors.Where(tensor => tensor.Rank == 2);

    private float[] ReadScales(TensorInfo matrix)
    {
        string name = matrix.Name + SmallMatrix.Scale;
        long rows = matrix.Shape[0];
        if (!_file.TryFind(name, out TensorInfo? info))
        {
            throw new ModelFileException(Name, $"{name}: expected F32 [{rows}], the scales of {matrix}, found no such tensor.");
        }

        if (info.DType != SafetensorsType.F32 || info.Rank != 1 || info.Shape[0] != rows)
        {
            throw new ModelFileException(
                Name, $"{name}: expected F32 [{rows}], a scale for each row of {matrix}, found {info.DType.Name()} {TensorInfo.Text(info.Shape)}.");
        }

        float[] scales = new float[rows];
        _file.ReadFloats(info, 0, scales);
        int wrong = Array.FindIndex(scales, scale => !float.IsFinite(scale) || scale < 0f);
        return wrong < 0 ? scales : throw new ModelFileException(
            Name, $"{name}[{wrong}]: expected a finite number of at least 0, found {scales[wrong]}.");
    }
}
