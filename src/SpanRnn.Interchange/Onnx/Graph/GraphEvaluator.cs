using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Wire;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Goes through a graph once, node after node, and notes what each tensor is: a constant, a size, or the result of layers.</summary>
/// <remarks>A node that is not understood obscures what depends on it, and nothing else: weights may be taken from a graph that cannot be run.</remarks>
internal sealed class GraphEvaluator
{
    /// <summary>
    /// Elements that nodes make or layers keep: so many times the file's, or this number. A weight that many nodes share counts for each, so
    /// that a file can make neither memory nor time grow without end.
    /// </summary>
    private const int Growth = 16, AlwaysAllowed = 1 << 20;

    private readonly Dictionary<string, GraphValue> _values = [];
    private readonly Dictionary<string, OnnxTensor> _constants = [];
    private readonly Dictionary<string, GraphNode> _givers = [];
    private readonly HashSet<object> _finite = new(ReferenceEqualityComparer.Instance);
    private long _allowance;

    public GraphEvaluator(GraphContext file, ModelMessage model, IReadOnlyList<GraphNode> nodes, long opset)
    {
        File = file;
        Opset = opset;
        _allowance = AlwaysAllowed + Growth * file.Bytes / sizeof(float);
        foreach (TensorMessage constant in model.Graph.Constants)
        {
            _constants[constant.Name] = new OnnxTensor(constant, file.Path, file.Folder);
        }

        foreach (ValueMessage input in model.Graph.Inputs.Where(input => !_constants.ContainsKey(input.Name)))
        {
            _values[input.Name] = Inputs.Read(input);
        }

        foreach (GraphNode node in nodes)
        {
            Evaluate(node);
        }
    }

    public GraphContext File { get; }

    public long Opset { get; }

    /// <summary>What a tensor is.</summary>
    /// <exception cref="ModelFileException">No earlier node gives it.</exception>
    public GraphValue this[string name] => name.Length == 0 ? Absent.Instance
        : _values.TryGetValue(name, out GraphValue? value) ? value
        : _constants.TryGetValue(name, out OnnxTensor? tensor) ? _values[name] = Constant(tensor)
        : throw new ModelFileException(File.Path, $"{ModelFileException.Quote(name)} is used before any node gives it.");

    /// <summary>A constant tensor of the file.</summary>
    public GraphValue Constant(OnnxTensor tensor)
    {
        int[] shape = [.. tensor.Shape];
        return TensorElements.IsInteger(tensor.Type)
            ? tensor.Count > Integers.Most ? Unread.Instance : new Integers([.. tensor.ToIntegers().Select(number => new Size(number))], shape)
            : new Floats(tensor.ToFloats(), shape);
    }

    /// <summary>The node that gives a tensor.</summary>
    public GraphNode Giver(string name) => _givers.GetValueOrDefault(name) ?? throw new ModelFileException(File.Path, $"no node gives {ModelFileException.Quote(name)}.");

    /// <summary>Constants that the file leaves to the caller.</summary>
    public void Give(IReadOnlyDictionary<string, OnnxTensor> values)
    {
        foreach ((string name, OnnxTensor tensor) in values)
        {
            _values[name] = Constant(tensor);
        }
    }

    /// <summary>Whether there is neither NaN nor infinity among the numbers; asked once of each array.</summary>
    public bool IsFinite(Floats floats)
    {
        if (!_finite.Contains(floats.Items))
        {
            if (!Array.TrueForAll(floats.Items, float.IsFinite))
            {
                return false;
            }

            _finite.Add(floats.Items);
        }

        return true;
    }

    /// <summary>Counts elements that are about to be made.</summary>
    public bool Allows(long elements) => (_allowance -= elements) >= 0;

    private void Evaluate(GraphNode node)
    {
        GraphValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(i => this[node.Input(i)])];
        GraphValue[] outputs = inputs.OfType<Obscure>().MinBy(value => value.Node.Index) is { } obscure ? [obscure] : Operators.Run(this, node, inputs);
        if (outputs.Any(output => output is Integers { Items.Length: > Integers.Most }))
        {
            outputs = [new Obscure(node, "it gives more integers than sizes can be.")];
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                _givers[node.Outputs[i]] = node;
                _values[node.Outputs[i]] = i < outputs.Length ? outputs[i]
                    : outputs is [Obscure same] ? same
                    : new Obscure(node, $"its output {i} is not understood.");
            }
        }
    }
}
