using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>From PyTorch's rows (i f g o; r z n) to ONNX's (i o f c; z r h), directions one after another.</summary>
internal static class GateOrder
{
    public static float[] W(Workload w, LayerWeights[] layer) => Join(layer, d => Rows(w, d.W));

    public static float[] R(Workload w, LayerWeights[] layer) => Join(layer, d => Rows(w, d.R));

    /// <summary>Both biases of a direction, input's first.</summary>
    public static float[] B(Workload w, LayerWeights[] layer) => Join(layer, d => [.. Rows(w, d.InputBias), .. Rows(w, d.RecurrentBias)]);

    private static float[] Rows(Workload w, float[] rows)
    {
        int[] order = w.Kind switch { CellKind.Lstm => [0, 3, 1, 2], CellKind.Gru => [1, 0, 2], _ => [0] };
        int gate = rows.Length / order.Length;
        float[] result = new float[rows.Length];
        for (int g = 0; g < order.Length; g++) rows.AsSpan(order[g] * gate, gate).CopyTo(result.AsSpan(g * gate));
        return result;
    }

    private static float[] Join(LayerWeights[] layer, Func<LayerWeights, float[]> part) => [.. layer.SelectMany(part)];
}
