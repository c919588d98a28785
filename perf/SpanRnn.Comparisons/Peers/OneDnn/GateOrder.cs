using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>
/// Between PyTorch's rows and oneDNN's. LSTM: i f g o in both. GRU: PyTorch's r z n are oneDNN's second, first and third. Where both
/// biases of a gate are only ever added oneDNN has one; the GRU's candidate keeps its two, as a fourth row.
/// </summary>
internal static class GateOrder
{
    /// <summary>Rows of biases.</summary>
    public static int Biases(CellKind kind) => kind switch { CellKind.Lstm => 4, CellKind.Gru => 4, _ => 1 };

    /// <summary>A matrix from either order into the other.</summary>
    public static float[] Rows(CellKind kind, float[] rows)
    {
        if (kind != CellKind.Gru) return rows;
        int gate = rows.Length / 3;
        return [.. rows[gate..(2 * gate)], .. rows[..gate], .. rows[(2 * gate)..]];
    }

    public static float[] Bias(CellKind kind, LayerWeights layer)
    {
        float[] input = Rows(kind, layer.InputBias), recurrent = Rows(kind, layer.RecurrentBias);
        float[] sum = [.. input.Zip(recurrent, (a, b) => a + b)];
        int candidate = input.Length / 3 * 2;
        return kind == CellKind.Gru ? [.. sum[..candidate], .. input[candidate..], .. recurrent[candidate..]] : sum;
    }

    /// <summary>The gradients of both biases of PyTorch's, input's first.</summary>
    public static float[] BiasGradients(CellKind kind, float[] rows)
    {
        if (kind != CellKind.Gru) return [.. rows, .. rows];
        int gate = rows.Length / 4;
        return [.. Rows(kind, rows[..(3 * gate)]), .. Rows(kind, [.. rows[..(2 * gate)], .. rows[(3 * gate)..]])];
    }
}
