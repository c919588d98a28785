using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>
/// The recurrent layers of a workload as an ONNX model. Inputs: x [T,B,I], h{l} and (LSTM) c{l} [D,B,H]. Outputs: y [T,D,B,H] as the
/// last operator leaves it (no transposition that the peer would pay for), hn{l}, cn{l}.
/// </summary>
internal static class OnnxModel
{
    private const int Opset = 14;

    public static byte[] Build(Workload w, WorkloadData data)
    {
        var graph = new OnnxGraph();
        long directions = w.Directions, hidden = w.Hidden;
        graph.Input("x", w.Steps, w.Batch, w.Input);
        graph.Constant("direction axis", 1);
        graph.Constant("joined shape", 0, 0, directions * hidden);
        string x = "x";
        for (int l = 0; l < w.Layers; l++)
        {
            bool last = l == w.Layers - 1;
            string y = last ? "y" : $"y{l}";
            Layer(graph, w, data.Layers[l], l, x, y);
            if (last) break;
            x = $"x{l + 1}";
            if (w.Directions == 1)
            {
                graph.Node("Squeeze", [y, "direction axis"], [x]);
            }
            else
            {
                graph.Node("Transpose", [y], [$"t{l}"], ("perm", new long[] { 0, 2, 1, 3 }));
                graph.Node("Reshape", [$"t{l}", "joined shape"], [x]);
            }
        }

        graph.Output("y", w.Steps, directions, w.Batch, hidden);
        return graph.ToModel(Opset);
    }

    private static void Layer(OnnxGraph graph, Workload w, LayerWeights[] weights, int l, string x, string y)
    {
        long directions = w.Directions, hidden = w.Hidden, rows = w.Gates * w.Hidden;
        bool lstm = w.Kind == CellKind.Lstm;
        graph.Constant($"W{l}", GateOrder.W(w, weights), directions, rows, w.InputOf(l));
        graph.Constant($"R{l}", GateOrder.R(w, weights), directions, rows, hidden);
        graph.Constant($"B{l}", GateOrder.B(w, weights), directions, 2 * rows);
        string[] inputs = [x, $"W{l}", $"R{l}", $"B{l}", "", $"h{l}"], outputs = [y, $"hn{l}"];
        graph.Input($"h{l}", directions, w.Batch, hidden);
        graph.Output($"hn{l}", directions, w.Batch, hidden);
        if (lstm)
        {
            graph.Input($"c{l}", directions, w.Batch, hidden);
            graph.Output($"cn{l}", directions, w.Batch, hidden);
            inputs = [.. inputs, $"c{l}"];
            outputs = [.. outputs, $"cn{l}"];
        }

        List<(string, object)> attributes = [("hidden_size", hidden), ("direction", w.Directions == 2 ? "bidirectional" : "forward")];
        if (w.Kind == CellKind.Gru) attributes.Add(("linear_before_reset", 1L));   // PyTorch's GRU
        graph.Node(w.Kind.ToString().ToUpperInvariant(), inputs, outputs, [.. attributes]);
    }
}
