using SpanRnn.Cells;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Onnx.Writing;

/// <summary>A stack of recurrent layers as nodes: one for each layer, and what turns its output into the next one's input.</summary>
internal sealed class RecurrentWriter
{
    private readonly GraphWriter _graph;
    private readonly RecurrentStack _stack;
    private readonly ParameterSet _weights;
    private readonly float[] _hidden, _cell;
    private readonly string _prefix;
    private readonly OnnxRecurrentOperator _kind;

    /// <param name="graph">Gets the nodes.</param>
    /// <param name="stack">The layers.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="hidden">The hidden states that sequences start from, [layers x D, S]; empty for zeros.</param>
    /// <param name="cell">The cell states that sequences start from; empty for zeros.</param>
    /// <exception cref="NotSupportedException">ONNX has no such layer.</exception>
    public RecurrentWriter(GraphWriter graph, RecurrentStack stack, ParameterSet weights, float[]? hidden = null, float[]? cell = null)
    {
        (_graph, _stack, _weights, _hidden, _cell) = (graph, stack, weights, hidden ?? [], cell ?? []);
        _prefix = graph.Fresh("rnn");
        _kind = stack.Options.Cell switch
        {
            CellKind.Lstm => OnnxRecurrentOperator.Lstm,
            CellKind.Gru or CellKind.GruResetBefore => OnnxRecurrentOperator.Gru,
            CellKind.Rnn or CellKind.RnnRelu => OnnxRecurrentOperator.Rnn,
            CellKind other => throw new NotSupportedException($"Cell: ONNX has no operator for {other}."),
        };
        if (stack.Options.ProjectionSize > 0)
        {
            throw new NotSupportedException($"ProjectionSize: ONNX's LSTM has no projection; the stack's has {stack.Options.ProjectionSize} numbers.");
        }
    }

    private RecurrentOptions Options => _stack.Options;

    private int Layers => Options.HiddenSizes.Count;

    private bool HasCell => _kind == OnnxRecurrentOperator.Lstm;

    /// <summary>All layers over x; the result's name.</summary>
    public string Write(string x)
    {
        if (_graph.Options.WithStates)
        {
            StateInputs();
        }

        for (int l = 0; l < Layers; l++)
        {
            Layer(l, x);
            x = Merged($"{_prefix}_y{l}", l, timeFirst: true);
        }

        if (_graph.Options.WithStates)
        {
            StateOutputs();
        }

        return x;
    }

    /// <summary>The last layer's final hidden states, [B, D x S].</summary>
    public string FinalHidden() => Merged($"{_prefix}_h{Layers - 1}", Layers - 1, timeFirst: false);

    private void Layer(int l, string x)
    {
        int units = Options.HiddenSizes[l], directions = Options.Directions;
        RecurrentLayer[] layers = _stack.Layers[(l * directions)..((l + 1) * directions)];
        long rows = layers[0].InputWeights(_weights).Rows;
        ReadOnlySpan<int> order = OnnxWeights.GateOrder(_kind);
        string w = Tensor("W", l, layers, order, layer => layer.InputWeights(_weights), rows, layers[0].InputSize);
        string r = Tensor("R", l, layers, order, layer => layer.RecurrentWeights(_weights), rows, units);
        string p = Options.Peepholes ? Tensor("P", l, layers, OnnxWeights.PeepholeOrder, layer => layer.Peepholes(_weights), 3L * units) : "";
        string[] inputs = [x, w, r, Bias(l, layers, order, (int)rows), _graph.Options.WithLengths ? "lengths" : "", State("h", _hidden, l)];
        string[] outputs = [$"{_prefix}_y{l}", $"{_prefix}_h{l}"];
        if (HasCell)
        {
            inputs = [.. inputs, State("c", _cell, l), p];
            outputs = [.. outputs, $"{_prefix}_c{l}"];
        }

        _graph.Node(_kind.ToString().ToUpperInvariant(), inputs, outputs, [.. Attributes(units)]);
    }

    private delegate TensorView Part(RecurrentLayer layer);

    private string Tensor(string name, int l, RecurrentLayer[] layers, ReadOnlySpan<int> order, Part part, params long[] shape)
    {
        var items = new float[layers.Length * shape.Aggregate(1L, (count, size) => count * size)];
        for (int d = 0; d < layers.Length; d++)
        {
            int length = items.Length / layers.Length;
            OnnxWeights.Gates(items.AsSpan(d * length, length), order, part(layers[d]), toOnnx: true);
        }

        return _graph.Constant($"{_prefix}_{name}{l}", items, [layers.Length, .. shape]);
    }

    /// <summary>Wb then Rb for each direction; a single bias stands beside zeros.</summary>
    private string Bias(int l, RecurrentLayer[] layers, ReadOnlySpan<int> order, int rows)
    {
        if (Options.Bias == BiasKind.None)
        {
            return "";
        }

        var items = new float[layers.Length * 2 * rows];
        for (int d = 0; d < layers.Length; d++)
        {
            OnnxWeights.Gates(items.AsSpan(2 * d * rows, rows), order, layers[d].InputBias(_weights), toOnnx: true);
            if (Options.Bias == BiasKind.Double)
            {
                OnnxWeights.Gates(items.AsSpan((2 * d + 1) * rows, rows), order, layers[d].RecurrentBias(_weights), toOnnx: true);
            }
        }

        return _graph.Constant($"{_prefix}_B{l}", items, layers.Length, 2L * rows);
    }

    private IEnumerable<(string, object)> Attributes(int units)
    {
        yield return ("hidden_size", (long)units);
        yield return ("direction", Options.Direction.ToString().ToLowerInvariant());
        if (_kind == OnnxRecurrentOperator.Gru)
        {
            yield return ("linear_before_reset", Options.Cell == CellKind.Gru ? 1L : 0L);
        }

        if (Options.CoupledForgetGate)
        {
            yield return ("input_forget", 1L);
        }

        if (float.IsFinite(Options.Clip))
        {
            yield return ("clip", Options.Clip);
        }

        if (Options.Activations is not null || Options.ReverseActivations is not null || Options.Cell == CellKind.RnnRelu)
        {
            Activation[] all = [.. Enumerable.Range(0, Options.Directions).SelectMany(ActivationsOf)];
            yield return ("activations", all.Select(activation => activation.Kind.ToString()).ToArray());
            yield return ("activation_alpha", all.Where(activation => activation.HasAlpha).Select(activation => activation.Alpha).ToArray());
            yield return ("activation_beta", all.Where(activation => activation.HasBeta).Select(activation => activation.Beta).ToArray());
        }
    }

    private Activation[] ActivationsOf(int direction)
    {
        CellActivations? given = Options.ActivationsOf(direction);
        Activation own = Options.Cell == CellKind.RnnRelu ? Activation.Relu : Activation.Tanh;
        return _kind switch
        {
            OnnxRecurrentOperator.Lstm => [given?.F ?? Activation.Sigmoid, given?.G ?? Activation.Tanh, given?.H ?? Activation.Tanh],
            OnnxRecurrentOperator.Gru => [given?.F ?? Activation.Sigmoid, given?.G ?? Activation.Tanh],
            _ => [given?.F ?? own],
        };
    }

    /// <summary>[T, D, B, S] to [T, B, O], or final states [D, B, S] to [B, O].</summary>
    private string Merged(string states, int l, bool timeFirst)
    {
        long axis = timeFirst ? 1 : 0;
        if (Options.Directions == 1)
        {
            return _graph.Node("Squeeze", [states, _graph.Constant(_graph.Fresh("axes"), [axis])]);
        }

        switch (Options.Merge)
        {
            case MergeMode.Sum: return _graph.Node("ReduceSum", [states, _graph.Constant(_graph.Fresh("axes"), [axis])], ("keepdims", 0L));
            case MergeMode.Multiply: return _graph.Node("ReduceProd", [states], ("axes", new[] { axis }), ("keepdims", 0L));
            case MergeMode.Average: return _graph.Node("ReduceMean", [states], ("axes", new[] { axis }), ("keepdims", 0L));
            default:
                string moved = _graph.Node("Transpose", [states], ("perm", timeFirst ? new long[] { 0, 2, 1, 3 } : [1, 0, 2]));
                long width = 2L * Options.StateSize(l);
                return _graph.Node("Reshape", [moved, _graph.Constant(_graph.Fresh("shape"), timeFirst ? new long[] { 0, 0, width } : [0, width])]);
        }
    }

    private void StateInputs()
    {
        if (Options.HiddenSizes.Distinct().Count() > 1)
        {
            throw new NotSupportedException($"WithStates: expected layers of one size, to lie in one array, found {string.Join(", ", Options.HiddenSizes)}.");
        }

        int states = Layers * Options.Directions;
        foreach (string name in HasCell ? (string[])["h", "c"] : ["h"])
        {
            _graph.StateInput($"{name}0", states, Options.HiddenSizes[0]);
            if (Layers > 1)
            {
                string sizes = _graph.Constant(_graph.Fresh("split"), [.. Enumerable.Repeat((long)Options.Directions, Layers)]);
                _graph.Node("Split", [$"{name}0", sizes], [.. Enumerable.Range(0, Layers).Select(l => $"{_prefix}_{name}0_{l}")], ("axis", 0L));
            }
        }
    }

    private void StateOutputs()
    {
        foreach (string name in HasCell ? (string[])["h", "c"] : ["h"])
        {
            _graph.Node("Concat", [.. Enumerable.Range(0, Layers).Select(l => $"{_prefix}_{name}{l}")], [$"{name}n"], ("axis", 0L));
            _graph.StateOutput($"{name}n", Layers * Options.Directions, Options.HiddenSizes[0]);
        }
    }

    /// <summary>The name of a layer's initial states: an input, constants repeated for every sequence of a batch, or none.</summary>
    private string State(string name, float[] states, int l)
    {
        if (_graph.Options.WithStates)
        {
            return Layers > 1 ? $"{_prefix}_{name}0_{l}" : $"{name}0";
        }

        if (states.Length == 0)
        {
            return "";
        }

        int start = Options.Directions * Options.HiddenSizes.Take(l).Sum(), units = Options.HiddenSizes[l], directions = Options.Directions;
        string rows = _graph.Constant($"{_prefix}_{name}0_{l}", states[start..(start + directions * units)], directions, 1, units);
        string batch = _graph.Node("Gather", [_graph.Node("Shape", ["x"]), _graph.Constant(_graph.Fresh("axis"), [1])], ("axis", 0L));
        string one = _graph.Constant(_graph.Fresh("one"), [1]);
        return _graph.Node("Expand", [rows, _graph.Node("Concat", [one, batch, one], ("axis", 0L))]);
    }
}
