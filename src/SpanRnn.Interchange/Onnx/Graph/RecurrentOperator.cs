namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A recurrent node in a graph: its weights are constants, its states start from constants or from what the caller keeps.</summary>
internal static class RecurrentOperator
{
    private const int W = 1, R = 2, B = 3, Lengths = 4, InitialHidden = 5, InitialCell = 6, Peepholes = 7;

    public static GraphValue[] Run(OperatorCall call)
    {
        Flow x = call.Flow(0);
        RecurrentParts parts = Parts(call.Graph, call.Node);
        OnnxRecurrentSettings settings = parts.Settings;
        ConstantOperators.Afford(call, [parts.W.Length]);
        ConstantOperators.Afford(call, [parts.R.Length]);
        if (call.Has(Lengths))
        {
            call.Graph.File.LengthsInput = call.Input(Lengths) is Flow { Pieces: [{ Source: InputSource given }] }
                ? given.Name
                : throw call.Fail("expected sequence_lens as an input of the graph.");
        }

        if (x.Axes.Length != 3 || x.Axes[..2].Any(axis => axis is not ([] or [Axis])))
        {
            throw call.Fail("expected time, batch and features as the axes of X.");
        }

        (Source source, int features) = Whole.Of(call, x);
        if (features != 2 || !(x.Features == 0 || x.Features * x.Pieces.Length == parts.InputSize))
        {
            throw call.Fail($"expected {parts.InputSize} features on the last axis of X.");
        }

        (Factor[] time, Factor[] batch) = settings.BatchMajor ? (x.Axes[1], x.Axes[0]) : (x.Axes[0], x.Axes[1]);
        Axis? timeAxis = time.FirstOrDefault() as Axis;
        if (source.Time is { } known && known != timeAxis)
        {
            throw call.Fail("it runs over another axis than the layers before it.");
        }

        parts = parts with
        {
            InitialHidden = InitialStates.Read(call, InitialHidden, settings),
            InitialCell = settings.Operator == OnnxRecurrentOperator.Lstm ? InitialStates.Read(call, InitialCell, settings) : [],
        };
        var layer = new RecurrentSource(call.Node, source, parts, timeAxis, batch.FirstOrDefault() as Axis);
        return [Result(Part.Sequence), Result(Part.FinalHidden), Result(Part.FinalCell)];

        Flow Result(Part part)
        {
            Pile[] piles = settings.Directions == 2 ? [new Pile(2)] : [];
            Factor[] units = [new Feature(settings.HiddenSize)];
            Factor[][] axes = (part, settings.BatchMajor) switch
            {
                (Part.Sequence, false) => [time, piles, batch, units],
                (Part.Sequence, true) => [batch, time, piles, units],
                (_, false) => [piles, batch, units],
                _ => [batch, piles, units],
            };
            return new Flow(axes, piles, [.. Enumerable.Range(0, settings.Directions).Select(d => new Piece(layer, part, d))], settings.HiddenSize);
        }
    }

    /// <summary>Settings and weights, which must be constants of fitting shapes; states are left out.</summary>
    /// <exception cref="Formats.ModelFileException">They are missing, or do not fit each other.</exception>
    public static RecurrentParts Parts(GraphEvaluator graph, GraphNode node)
    {
        Floats r = Weight(graph, node, "R", R), w = Weight(graph, node, "W", W);
        if (r.Shape.Length != 3 || w.Shape.Length != 3)
        {
            throw node.Refuse($"expected W and R of 3 axes, [directions, gates x units, ...], found {w.Shape.Length} and {r.Shape.Length}.");
        }

        OnnxRecurrentSettings settings = graph.File.Adjust(RecurrentAttributes.Read(node, r.Shape[2]), node);
        int directions = settings.Directions, units = settings.HiddenSize;
        long rows = (long)settings.Gates * units;
        Check("R", r, directions, rows, units);
        Check("W", w, directions, rows, w.Shape[2]);
        bool hasB = node.Input(B).Length > 0, hasP = settings.Operator == OnnxRecurrentOperator.Lstm && node.Input(Peepholes).Length > 0;
        float[] b = hasB ? Check("B", Weight(graph, node, "B", B), directions, 2 * rows) : [];
        float[] p = hasP ? Check("P", Weight(graph, node, "P", Peepholes), directions, 3L * units) : [];
        return new(settings, Math.Max(1, w.Shape[2]), w.Items, r.Items, b, p, [], []);

        float[] Check(string name, Floats tensor, params long[] expected) => tensor.Shape.Select(size => (long)size).SequenceEqual(expected) && tensor.Items.Length > 0
            ? tensor.Items
            : throw node.Refuse($"{name}: expected [{string.Join(", ", expected)}], found [{string.Join(", ", tensor.Shape)}]{Gates(tensor, units)}.");

        // The usual mistake is another operator's weights.
        static string Gates(Floats tensor, int units) => tensor.Shape.Length == 3 && tensor.Shape[1] % units == 0
            ? (tensor.Shape[1] / units) switch { 1 => ": one gate, an RNN's", 3 => ": three gates, a GRU's", 4 => ": four gates, an LSTM's", _ => "" }
            : "";
    }

    private static Floats Weight(GraphEvaluator graph, GraphNode node, string name, int input)
    {
        GraphValue value = graph[node.Input(input)];
        Floats floats = value as Floats ?? throw node.Refuse(value is Obscure obscure
            ? $"{name}: expected a constant, found the result of {obscure.Node.Title}, which is not understood: {obscure.Reason}"
            : $"{name}: expected a constant, found {(value is Absent ? "none" : "an input of the graph, or integers")}.");
        return graph.File.AllowsNonFinite || graph.IsFinite(floats)
            ? floats
            : throw node.Refuse($"{name}: holds NaN or infinity.");
    }
}
