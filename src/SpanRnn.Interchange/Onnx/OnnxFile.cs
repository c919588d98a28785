using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Graph;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Interchange.Readers;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx;

/// <summary>An ONNX file: its recurrent nodes, each of which can be taken out by name, and the model, where the graph is a pipeline.</summary>
/// <remarks>
/// Read are the operators RNN, LSTM and GRU of opset 7 and later, and around them what exporters write: embeddings (Gather), products
/// with constants, activations, softmaxes, the last step or state, and any moving about of axes. Weights may be float, double, float16 or
/// bfloat16; all is computed in floats. Opening takes about 3 times a usual file's size; of a hostile one at most 32 times and 500 MB, and never
/// more than 640 times.
/// </remarks>
public sealed class OnnxFile
{
    private readonly ModelMessage _model;
    private readonly GraphContext _context;
    private readonly GraphEvaluator _graph;
    private readonly Dictionary<string, GraphNode> _recurrent = new(StringComparer.Ordinal);

    private OnnxFile(ModelMessage model, GraphContext context)
    {
        (_model, _context) = (model, context);
        Opset = OpsetOf(model, context.Path);
        GraphNode[] nodes = [.. model.Graph.Nodes.Select((node, i) => new GraphNode(context.Path, node, i))];
        _graph = new GraphEvaluator(context, model, nodes, Opset);
        Dictionary<string, int> names = nodes.CountBy(node => node.Name).ToDictionary();
        foreach (GraphNode node in nodes.Where(RecurrentAttributes.IsRecurrent))
        {
            bool isFree = node.Name.Length > 0 && names[node.Name] == 1;
            string name = isFree ? node.Name : $"{node.Type}_{node.Index}";
            _recurrent.Add(!isFree && names.ContainsKey(name) ? $"{name} (unnamed)" : name, node);
        }

        RecurrentNodes = [.. _recurrent.Select(pair => Info(pair.Key, pair.Value))];
    }

    /// <summary>The program that wrote the file, with its version; empty if it does not say.</summary>
    public string Producer => $"{_model.Producer} {_model.ProducerVersion}".Trim();

    /// <summary>The version of ONNX's operators that the file uses.</summary>
    public long Opset { get; }

    /// <summary>Every RNN, LSTM and GRU node, in the file's order.</summary>
    public IReadOnlyList<OnnxRecurrentInfo> RecurrentNodes { get; }

    /// <summary>What a user should know before trusting the result.</summary>
    public IReadOnlyList<string> Warnings => [.. _context.Warnings];

    /// <summary>Reads a file. No code of it is run.</summary>
    /// <param name="path">The file; elements that lie in other files are looked for in its folder, and nowhere else.</param>
    /// <param name="options">What the file cannot say; null for none.</param>
    /// <exception cref="ModelFileException">The file is malformed; the message names what is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static OnnxFile Open(string path, ImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileProbe file = FileProbe.Open(path);
        return Read(path, file.ReadAll(), Path.GetDirectoryName(Path.GetFullPath(path)), options);
    }

    /// <summary>Reads a model from memory; it may not have elements in other files.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="options">What the file cannot say; null for none.</param>
    /// <exception cref="ModelFileException">The bytes are malformed; the message names what is wrong.</exception>
    public static OnnxFile Read(string name, byte[] bytes, ImportOptions? options = null) => Read(name, bytes, null, options);

    /// <summary>Takes one recurrent node out, as a layer of the engine's: weights reordered, states and lengths left to the caller.</summary>
    /// <param name="name">As <see cref="RecurrentNodes"/> has it.</param>
    /// <exception cref="ModelFileException">There is no such node, or its weights are not constants that fit.</exception>
    public Recurrent CreateRecurrent(string name)
    {
        GraphNode node = Find(name);
        RecurrentParts parts = RecurrentOperator.Parts(_graph, node);
        return _context.Build(() =>
        {
            Recurrent recurrent = parts.Create();
            try
            {
                _context.CheckCell(node, recurrent.Options);
                return recurrent;
            }
            catch
            {
                recurrent.Dispose();
                throw;
            }
        });
    }

    /// <summary>Takes one recurrent node out, to be run as ONNX's operator.</summary>
    /// <param name="name">As <see cref="RecurrentNodes"/> has it.</param>
    /// <param name="values">Weights that the file leaves to the caller, by the names of the node's inputs; null for none.</param>
    /// <exception cref="ModelFileException">There is no such node, or its weights do not fit.</exception>
    public OnnxRecurrentNode CreateNode(string name, IReadOnlyDictionary<string, OnnxTensor>? values = null)
    {
        GraphNode node = Find(name);
        if (values is not null)
        {
            _graph.Give(values);
        }

        RecurrentParts parts = RecurrentOperator.Parts(_graph, node);
        return _context.Build(() => new OnnxRecurrentNode(parts.Settings, parts.InputSize, parts.W, parts.R, parts.B, parts.P));
    }

    /// <summary>The whole model: from the graph's input to its first output.</summary>
    /// <exception cref="ModelFileException">The graph is no pipeline around recurrent nodes; the message names the first node that is not understood.</exception>
    public ImportedModel Import() => ModelImport.Run(_model, _context, _graph, this);

    internal static OnnxFile Read(string name, byte[] bytes, string? folder, ImportOptions? options)
    {
        ModelMessage model = WireReader.Model(name, bytes);
        if (model.Graph is null)
        {
            throw new ModelFileException(name, "is not an ONNX model: it has no graph.");
        }

        return new OnnxFile(model, new GraphContext(name, folder, bytes.Length, $"{model.Producer} {model.ProducerVersion}".Trim(), options ?? new ImportOptions()));
    }

    private static long OpsetOf(ModelMessage model, string file)
    {
        const long first = 7;
        long version = model.Opsets.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version
            ?? throw new ModelFileException(file, "names no version of ONNX's operators: it is cut short, or not an ONNX model.");
        return version >= first ? version : throw new ModelFileException(file, $"expected ONNX's operators of version {first} or later, found {version}.");
    }

    private OnnxRecurrentInfo Info(string name, GraphNode node)
    {
        Floats? r = _graph[node.Input(2)] as Floats;
        OnnxRecurrentSettings settings = RecurrentAttributes.Read(node, r?.Shape is [.., int units] ? units : null);
        return new(name, _context.Adjust(settings, node))
        {
            Inputs = [.. Enumerable.Range(0, 8).Select(node.Input)],
            Outputs = [.. Enumerable.Range(0, 3).Select(node.Output)],
            HasWeights = r is not null && _graph[node.Input(1)] is Floats,
        };
    }

    private GraphNode Find(string name) => _recurrent.TryGetValue(name, out GraphNode? node) ? node : throw new ModelFileException(
        _context.Path,
        $"has no recurrent node {ModelFileException.Quote(name)}; it has {(_recurrent.Count == 0 ? "none" : string.Join(", ", _recurrent.Keys.Take(8).Select(ModelFileException.Quote)))}.");
}
