using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Biases with which gates begin as if memories lasted 1 to T steps (Tallec and Ollivier 2018).</summary>
internal static class ChronoGates
{
    /// <summary>
    /// b_f = log u, b_i = -log u in an LSTM, b_z = log u in a GRU (h = z h' + (1 - z) n), for each unit its u uniform in [1, T - 1]; other
    /// cells and gates are left alone.
    /// </summary>
    /// <param name="cell">Whose.</param>
    /// <param name="bias">The only bias vector, or that beside W: [4 H] i f g o, or [3 H] r z n.</param>
    /// <param name="steps">T.</param>
    /// <param name="random">Where u comes from.</param>
    public static void Set(CellKind cell, Span<float> bias, int steps, RandomStream random)
    {
        int hidden = bias.Length / (cell == CellKind.Lstm ? 4 : 3);
        for (int unit = 0; unit < hidden && cell is CellKind.Lstm or CellKind.Gru or CellKind.GruResetBefore; unit++)
        {
            float open = (float)Math.Log(1 + random.NextDouble() * Math.Max(0, steps - 2));
            bias[hidden + unit] = open;
            if (cell == CellKind.Lstm)
            {
                bias[unit] = -open;
            }
        }
    }
}
