using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Formats;

/// <summary>A file's tensors as a model's: found by name, checked, read into an arena, and counted, so that none is forgotten.</summary>
internal sealed class TensorTable
{
    private const int PieceLength = 1 << 14;

    private readonly string _file, _prefix;
    private readonly ITensorFile _reader;
    private readonly Dictionary<string, TensorInfo> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <param name="file">What messages call it.</param>
    /// <param name="reader">Stays the caller's.</param>
    /// <param name="isForeign">Whether what wrappers put before names (<c>module.</c>, <c>_orig_mod.</c>) is dropped.</param>
    public TensorTable(string file, ITensorFile reader, bool isForeign)
        : this(file, reader, reader.Tensors.Select(info => (isForeign ? Bare(info.Name) : info.Name, info)))
    {
    }

    /// <param name="file">What messages call it.</param>
    /// <param name="reader">Stays the caller's.</param>
    /// <param name="tensors">The file's tensors, or some of them, by the names that a plan asks for.</param>
    /// <param name="prefix">What stands before those names in the file, for messages.</param>
    public TensorTable(string file, ITensorFile reader, IEnumerable<(string Name, TensorInfo Info)> tensors, string prefix = "")
    {
        (_file, _reader, _prefix) = (file, reader, prefix);
        foreach ((string name, TensorInfo info) in tensors)
        {
            if (!_byName.TryAdd(name, info))
            {
                throw new ModelFileException(file, $"tensor {info} has the same name as another without module. and _orig_mod. before it.");
            }
        }
    }

    /// <summary>Names that nothing has asked for, in the file's order.</summary>
    public IEnumerable<string> Unused => _byName.Where(tensor => !_used.Contains(tensor.Key)).Select(tensor => tensor.Key);

    /// <summary>What stands before the names in the file, for messages.</summary>
    public string Prefix => _prefix;

    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>The matrix of that name.</summary>
    public (long Rows, long Columns) Matrix(string name)
    {
        TensorInfo info = Find(name);
        return info.Rank == 2
            ? (info.Shape[0], info.Shape[1])
            : throw new ModelFileException(_file, $"{_prefix}{name}: expected 2 dimensions, found {TensorInfo.Text(info.Shape)}.");
    }

    /// <summary>The tensor, if it is of floats and of that shape.</summary>
    public TensorInfo Check(ExpectedTensor expected)
    {
        TensorInfo info = Find(expected.Name);
        if (!info.Shape.SequenceEqual(expected.Shape))
        {
            string cause = expected.Cause(info.Shape);
            throw new ModelFileException(
                _file, $"{_prefix}{expected.Name}: expected {TensorInfo.Text(expected.Shape)}, found {TensorInfo.Text(info.Shape)}{cause}.");
        }

        if (info.DType is not (SafetensorsType.F32 or SafetensorsType.F64 or SafetensorsType.F16 or SafetensorsType.BF16))
        {
            throw new ModelFileException(_file, $"{_prefix}{expected.Name}: expected F32, F64, F16 or BF16, found {info.DType.Name()}.");
        }

        _used.Add(expected.Name);
        return info;
    }

    /// <summary>Reads a checked tensor; what is not finite is refused unless allowed.</summary>
    public void Read(string name, TensorView destination, bool allowNonFinite)
    {
        TensorInfo info = Find(name);
        for (int row = 0; row < destination.Rows; row++)
        {
            Read(info, (long)row * destination.Columns, destination.Row(row), allowNonFinite);
        }
    }

    /// <summary>Reads a checked tensor of one dimension.</summary>
    public void Read(string name, Span<float> destination, bool allowNonFinite) => Read(Find(name), 0, destination, allowNonFinite);

    /// <summary>Refuses a tensor that is not finite, without keeping it.</summary>
    public void CheckFinite(string name)
    {
        TensorInfo info = Find(name);
        Span<float> piece = new float[(int)Math.Min(PieceLength, info.ElementCount)];
        for (long first = 0; first < info.ElementCount; first += piece.Length)
        {
            Read(info, first, piece[..(int)Math.Min(piece.Length, info.ElementCount - first)], allowNonFinite: false);
        }
    }

    /// <summary>
    /// PyTorch's second bias, for a model with one: to be added to the first. A GRU's b_hn stands inside the product with r, so it
    /// cannot be added and must be zero.
    /// </summary>
    /// <returns>Empty if the file has none, or if <paramref name="first"/> is no first bias.</returns>
    public float[] SecondBias(ExpectedTensor first, CellKind cell, bool allowNonFinite)
    {
        string? name = TensorPlan.SecondBias(first.Name);
        if (name is null || !Has(name))
        {
            return [];
        }

        Check(first with { Name = name });
        float[] second = new float[(int)first.Shape[0]];
        Read(name, second, allowNonFinite);
        int added = cell == CellKind.Gru ? second.Length / 3 * 2 : second.Length;
        int wrong = second.AsSpan(added).IndexOfAnyExcept(0f);
        return wrong < 0
            ? second
            : throw new ModelFileException(
                _file, $"{name}[{added + wrong}]: expected 0, found {second[added + wrong]}: it is a GRU's b_hn, which a model with one bias "
                + "does not have; load it with two.");
    }

    private void Read(TensorInfo info, long first, Span<float> destination, bool allowNonFinite)
    {
        _reader.ReadFloats(info, first, destination);
        for (int i = 0; i < destination.Length && !allowNonFinite; i++)
        {
            if (!float.IsFinite(destination[i]))
            {
                long at = first + i, columns = info.Rank == 2 ? info.Shape[1] : 1;
                string index = info.Rank == 2 ? $"[{at / columns}, {at % columns}]" : $"[{at}]";
                throw new ModelFileException(_file, $"{info.Name}{index}: expected a finite number, found {destination[i]}.");
            }
        }
    }

    private TensorInfo Find(string name) => _byName.TryGetValue(name, out TensorInfo? info) ? info : _reader.Find(_prefix + name);

    /// <summary>A name without what wrappers put before it.</summary>
    internal static string Bare(string name)
    {
        while (true)
        {
            if (name.StartsWith("module.", StringComparison.Ordinal))
            {
                name = name["module.".Length..];
            }
            else if (name.StartsWith("_orig_mod.", StringComparison.Ordinal))
            {
                name = name["_orig_mod.".Length..];
            }
            else
            {
                return name;
            }
        }
    }
}
