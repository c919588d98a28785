using SpanRnn.Formats;
using SpanRnn.Interchange.StateDicts;
using SpanRnn.Layers;

namespace SpanRnn.Interchange;

/// <summary>The modules of a state dict, recognised by their tensors' names: recurrent layers and cells, linear layers, embeddings.</summary>
/// <remarks>
/// <para>Names are PyTorch's: <c>{prefix.}weight_ih_l{k}[_reverse]</c>, <c>weight_hh_</c>, <c>bias_ih_</c>, <c>bias_hh_</c>, and <c>weight_hr_</c> of an LSTM with a
/// projection; cells have no <c>_l{k}</c>. <c>module.</c> and <c>_orig_mod.</c> before them are dropped.</para>
/// <para>Rows over units are gates: 1 is taken for an RNN with tanh, 3 for a GRU that resets after the product, 4 for an LSTM. ReLU and
/// a reset before the product leave no trace in the shapes; <see cref="ImportOptions.Cell"/> says so.</para>
/// </remarks>
public sealed class StateDictModules
{
    private readonly ITensorFile _file;
    private readonly string _prefix;
    private readonly ImportOptions _options;
    private readonly Dictionary<string, RecurrentOptions> _own;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);

    /// <summary>Looks for modules.</summary>
    /// <param name="file">Stays the caller's, and open while anything is extracted.</param>
    /// <param name="options">What the file cannot say; null for none. With a prefix, only names that start with it are looked at.</param>
    /// <exception cref="ModelFileException">Tensors of a recurrent layer are missing or of impossible shapes, or a name occurs twice.</exception>
    public StateDictModules(ITensorFile file, ImportOptions? options = null) : this(file, options, [])
    {
    }

    /// <param name="file">Stays the caller's.</param>
    /// <param name="options">What the file cannot say.</param>
    /// <param name="own">What a file of ours says of its recurrent layers, by their prefixes.</param>
    internal StateDictModules(ITensorFile file, ImportOptions? options, Dictionary<string, RecurrentOptions> own)
    {
        ArgumentNullException.ThrowIfNull(file);
        (_file, _options, _own) = (file, options ?? new(), own);
        bool isOurCheckpoint = own.Count > 0 && WeightFile.FormatOf(file.Name, file) == Names.Checkpoint;
        string prefix = _options.Prefix ?? "";
        _prefix = prefix.Length == 0 || prefix.EndsWith('.') ? prefix : prefix + ".";
        foreach (TensorInfo info in file.Tensors)
        {
            string name = ModuleNames.Bare(info.Name);
            if (isOurCheckpoint && Checkpoint.IsTrainers(name))
            {
                continue;
            }

            if (name.StartsWith(_prefix, StringComparison.Ordinal) && !_tensors.TryAdd(name[_prefix.Length..], info))
            {
                throw new ModelFileException(file.Name, $"tensor {info} has the same name as another without module. and _orig_mod. in it.");
            }
        }

        if (_tensors.Count == 0 && _prefix.Length > 0)
        {
            throw new ModelFileException(file.Name, $"has no tensor whose name starts with {ModelFileException.Quote(_prefix)}.");
        }

        HashSet<string> used = FindGradients();
        Recurrents = FindRecurrents(used);
        Matrices = FindMatrices(used);
        Others = [.. _tensors.Keys.Where(name => !used.Contains(name))];
    }

    /// <summary>Recurrent layers, in the file's order.</summary>
    public IReadOnlyList<RecurrentModule> Recurrents { get; }

    /// <summary>Names of tensors that belong to no module that was recognised.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Names of recorded gradients.</summary>
    public IReadOnlyList<string> Gradients { get; private set; } = [];

    /// <summary>Linear layers and embeddings, in the file's order.</summary>
    internal IReadOnlyList<MatrixModule> Matrices { get; }

    /// <summary>Where a module stands in the file: the first of its tensors.</summary>
    internal int PlaceOf(string prefix)
    {
        int place = 0;
        foreach (string name in _tensors.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.LastIndexOf('.') < prefix.Length)
            {
                return place;
            }

            place++;
        }

        return place;
    }

    /// <summary>Reads recurrent layers; the caller disposes them.</summary>
    /// <param name="prefix">One of <see cref="Recurrents"/>' prefixes, with or without its last dot.</param>
    /// <exception cref="ModelFileException">There is no such module, or a tensor has a wrong shape or type, or is not finite.</exception>
    public Recurrent Extract(string prefix)
    {
        RecurrentModule module = Recurrents.FirstOrDefault(module => module.Prefix == prefix || module.Prefix == prefix + ".")
            ?? throw new ModelFileException(
                _file.Name, $"has no recurrent layers at {ModelFileException.Quote(prefix)}; it has {(Recurrents.Count == 0 ? "none" : string.Join(", ", Recurrents))}.");
        return Extract(module);
    }

    internal Recurrent Extract(RecurrentModule module)
    {
        TensorTable table = Table(module.Prefix, module.IsCell);
        ExpectedTensor[] expected = WeightFile.Check(table, TensorPlan.Of(module.Options, ""));
        Recurrent recurrent = WeightFile.Build(_file.Name, () => new Recurrent(module.Options));
        try
        {
            WeightFile.Read(table, expected, recurrent.Weights, module.Options, _options.AllowNonFinite);
            recurrent.Pack();
            // Of a model with one bias, PyTorch's second one was added.
            string? strange = table.Unused.FirstOrDefault(
                name => module.Options.Bias != BiasKind.Single || !name.StartsWith("bias_hh_", StringComparison.Ordinal));
            return strange is null ? recurrent : throw new ModelFileException(
                _file.Name, $"tensor {ModelFileException.Quote(module.Prefix + strange)} has no place in the layers that the others describe.");
        }
        catch
        {
            recurrent.Dispose();
            throw;
        }
    }

    /// <summary>A matrix and its bias, which is empty for none.</summary>
    internal (float[] Weight, float[] Bias) Read(MatrixModule module) =>
        (Floats($"{module.Prefix}weight"), module.HasBias ? Floats($"{module.Prefix}bias") : []);

    private float[] Floats(string name)
    {
        TensorInfo info = _tensors[name];
        var table = new TensorTable(_file.Name, _file, [(name, info)], _prefix);
        table.Check(new ExpectedTensor(name, info.Shape.ToArray(), TensorRole.Head));
        if (info.ElementCount > Array.MaxLength)
        {
            throw new ModelFileException(_file.Name, $"tensor {info} has more than {Array.MaxLength} elements.");
        }

        float[] values = new float[info.ElementCount];
        table.Read(name, values, _options.AllowNonFinite);
        return values;
    }

    private HashSet<string> FindGradients()
    {
        string[] gradients = [.. _tensors.Where(tensor => ModuleNames.IsGradient(tensor.Key, tensor.Value, _tensors)).Select(tensor => tensor.Key)];
        Gradients = gradients;
        return new HashSet<string>(gradients, StringComparer.Ordinal);
    }

    private List<RecurrentModule> FindRecurrents(HashSet<string> used)
    {
        var groups = new List<(string Prefix, bool IsCell)>();
        var members = new Dictionary<(string, bool), List<string>>();
        foreach (string name in _tensors.Keys)
        {
            if (!used.Contains(name) && ModuleNames.Recurrent(name) is { } parts)
            {
                (string, bool) key = (parts.Prefix, parts.IsCell);
                if (!members.TryGetValue(key, out List<string>? names))
                {
                    groups.Add(key);
                    members.Add(key, names = []);
                }

                names.Add(name);
            }
        }

        var modules = new List<RecurrentModule>();
        foreach ((string prefix, bool isCell) in groups)
        {
            List<string> names = members[(prefix, isCell)];
            used.UnionWith(names);
            if (!_own.TryGetValue(_prefix + prefix, out RecurrentOptions? options))
            {
                options = new ForeignOptions(_file.Name, Table(prefix, isCell)).Recurrent("", null);
                options = options with { Cell = CellOf(options.Cell) };
            }

            modules.Add(new RecurrentModule(prefix, options, isCell) { Tensors = names });
        }

        if (_options.Cell is { } cell && modules.Count > 0 && modules.All(module => module.Options.Cell != cell))
        {
            throw new ModelFileException(
                _file.Name, $"expected the cell {Names.Of(Names.Cells, cell)}, found {string.Join(", ", modules)}.");
        }

        return modules;
    }

    // What the caller knows better holds for every module of as many gates.
    private CellKind CellOf(CellKind found)
    {
        CellKind? wanted = _options.Cell ?? (_options.ResetAfter is false && Names.Gates(found) == 3 ? CellKind.GruResetBefore : null);
        return wanted is { } cell && Names.Gates(cell) == Names.Gates(found) ? cell : found;
    }

    private List<MatrixModule> FindMatrices(HashSet<string> used)
    {
        var modules = new List<MatrixModule>();
        foreach ((string name, TensorInfo info) in _tensors)
        {
            if (used.Contains(name) || info.Rank != 2 || info.ElementCount == 0 || !(name == "weight" || name.EndsWith(".weight", StringComparison.Ordinal))
                || info.Shape[0] > int.MaxValue || info.Shape[1] > int.MaxValue)
            {
                continue;
            }

            string prefix = name[..^"weight".Length];
            bool hasBias = _tensors.TryGetValue($"{prefix}bias", out TensorInfo? bias);
            if (hasBias && (bias!.Rank != 1 || bias.Shape[0] != info.Shape[0]))
            {
                throw new ModelFileException(
                    _file.Name, $"{_prefix}{prefix}bias: expected [{info.Shape[0]}], as {name} has {TensorInfo.Text(info.Shape)}, found {TensorInfo.Text(bias.Shape)}.");
            }

            used.Add(name);
            if (hasBias)
            {
                used.Add($"{prefix}bias");
            }

            modules.Add(new MatrixModule(prefix, (int)info.Shape[0], (int)info.Shape[1], hasBias));
        }

        return modules;
    }

    // Names as nn.LSTM has them, those of a cell too.
    private TensorTable Table(string prefix, bool isCell) => new(
        _file.Name, _file,
        from tensor in _tensors
        let parts = ModuleNames.Recurrent(tensor.Key)
        where parts is not null && parts.Value.Prefix == prefix && parts.Value.IsCell == isCell
        select (parts.Value.Name + (isCell ? "_l0" : ""), tensor.Value),
        _prefix + prefix);
}
