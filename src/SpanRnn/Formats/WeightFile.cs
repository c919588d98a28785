using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>What model files, stacks and checkpoints have in common.</summary>
internal static class WeightFile
{
    /// <summary>A writer whose metadata says what the file is.</summary>
    /// <exception cref="ArgumentException">A key of the caller's starts as ours do.</exception>
    public static SafetensorsWriter Begin(
        string format, IEnumerable<(string Key, string Value)> options, IReadOnlyDictionary<string, string>? callers,
        WeightFormat weights = WeightFormat.Float32)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata[Names.Format] = format;
        (string Key, string Value)[] pairs = [.. options];
        writer.Metadata[Names.Version] = weights == WeightFormat.Int8 ? Names.CurrentVersion
            : OptionsText.IsOfFirstVersion(pairs) ? Names.FirstVersion : Names.SecondVersion;
        Mark(writer, weights);
        foreach ((string key, string value) in pairs)
        {
            writer.Metadata[key] = value;
        }

        foreach ((string key, string value) in callers ?? new Dictionary<string, string>())
        {
            if (key.StartsWith(Names.Prefix, StringComparison.Ordinal))
            {
                throw new ArgumentException($"metadata '{key}': keys that start with {Names.Prefix} are the library's.", nameof(callers));
            }

            writer.Metadata[key] = value;
        }

        return writer;
    }

    /// <summary>Says how matrices are kept, where it is not as float32.</summary>
    public static void Mark(SafetensorsWriter writer, WeightFormat weights)
    {
        string name = Names.Of(Names.WeightFormats, weights);
        if (weights != WeightFormat.Float32)
        {
            writer.Metadata[Names.Weights] = name;
        }
    }

    /// <summary>Declares every tensor of a set, matrices in a format, vectors as F32; with a single bias also PyTorch's second one, as zeros.</summary>
    public static void Add(
        SafetensorsWriter writer, ParameterSet set, string prefix = "", BiasKind bias = BiasKind.Double, WeightFormat format = WeightFormat.Float32)
    {
        for (int i = 0; i < set.Layout.Tensors.Count; i++)
        {
            int index = i;
            ParameterInfo info = set.Layout.Tensors[i];
            if (!info.IsVector)
            {
                SmallMatrix.Add(writer, prefix + info.Name, info.Rows, info.Columns, row => set[index].Row(row), format);
                continue;
            }

            long[] shape = [info.Columns];
            writer.Add(prefix + info.Name, shape, SafetensorsType.F32, sink => sink.Write(set[index].Row(0)));
            if (bias == BiasKind.Single && TensorPlan.SecondBias(info.Name) is { } second)
            {
                writer.Add(prefix + second, shape, SafetensorsType.F32, sink => sink.Write(new float[info.Columns]));
            }
        }
    }

    /// <summary>The format that metadata claims, or null for a file that is not ours.</summary>
    public static string? FormatOf(string file, ITensorFile reader)
    {
        if (!reader.Metadata.TryGetValue(Names.Format, out string? format))
        {
            return null;
        }

        string version = new MetadataReader(file, reader.Metadata).Text(Names.Version);
        return version is Names.FirstVersion or Names.SecondVersion or Names.CurrentVersion
            ? format
            : throw new ModelFileException(
                file, $"is of version {ModelFileException.Quote(version)} of the format; this library reads versions 1 to 3.");
    }

    /// <summary>The caller's strings.</summary>
    public static IReadOnlyDictionary<string, string> CallersMetadata(ITensorFile reader) => reader.Metadata
        .Where(pair => !pair.Key.StartsWith(Names.Prefix, StringComparison.Ordinal))
        .ToDictionary(StringComparer.Ordinal)
        .AsReadOnly();

    /// <summary>Compares every tensor with what is expected, the second biases of a single-bias model too.</summary>
    public static ExpectedTensor[] Check(TensorTable tensors, IEnumerable<ExpectedTensor> plan)
    {
        var expected = new List<ExpectedTensor>();
        foreach (ExpectedTensor tensor in plan)
        {
            tensors.Check(tensor);
            expected.Add(tensor);
        }

        return [.. expected];
    }

    /// <summary>Reads checked tensors into weights, which are to be packed afterwards.</summary>
    public static void Read(
        TensorTable tensors, ExpectedTensor[] expected, ParameterSet weights, RecurrentOptions options, bool allowNonFinite)
    {
        foreach (ExpectedTensor tensor in expected)
        {
            TensorView view = weights[tensor.Name];
            tensors.Read(tensor.Name, view, allowNonFinite);
            if (options.Bias == BiasKind.Single)
            {
                Add(tensors.SecondBias(tensor, options.Cell, allowNonFinite), view);
            }
        }
    }

    /// <summary>Options that a file claims may contradict themselves, or need more memory than an arena has.</summary>
    public static T Build<T>(string file, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (ArgumentException error)
        {
            throw new ModelFileException(file, error.Message, error);
        }
    }

    private static void Add(ReadOnlySpan<float> bias, TensorView sum)
    {
        for (int i = 0; i < bias.Length; i++)
        {
            // Not even a sum with zero, which would turn -0 into 0.
            if (bias[i] != 0f)
            {
                sum.Row(0)[i] += bias[i];
            }
        }
    }

    /// <summary>A caller's cell, if given, must be the file's.</summary>
    public static void CheckCell(string file, RecurrentOptions options, CellKind? cell)
    {
        if (cell is { } wanted && wanted != options.Cell)
        {
            throw new ModelFileException(
                file, $"expected the cell {Names.Of(Names.Cells, wanted)}, found {Names.Of(Names.Cells, options.Cell)}.");
        }
    }

    /// <summary>Names that were not asked for: reported, unless they look like a part of the model.</summary>
    public static string[] Ignored(string file, TensorTable tensors, Predicate<string> isPart)
    {
        string[] unused = [.. tensors.Unused];
        return Array.Find(unused, isPart) is { } strange
            ? throw new ModelFileException(file, $"tensor {ModelFileException.Quote(strange)} has no place in the model that the file describes.")
            : unused;
    }
}
