using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// Keras's recurrent weights, which RTNeural shares: kernel [I, G H], recurrent kernel [H, G H], bias [G H], or [2, 3H] for a GRU that resets
/// after the product; gates i f c o, or z r h. Ours are rows: i f g o, or r z n.
/// </summary>
internal static class KerasLayout
{
    /// <summary>For each of our gates, which of the file's it is.</summary>
    public static ReadOnlySpan<int> FileGates(CellKind cell) => cell switch
    {
        CellKind.Lstm => [0, 1, 2, 3],
        CellKind.Gru or CellKind.GruResetBefore => [1, 0, 2],
        _ => [0],
    };

    /// <summary>The bias vectors of a layer that has one in its file.</summary>
    public static BiasKind BiasOf(CellKind cell) => cell == CellKind.Gru ? BiasKind.Double : BiasKind.Single;

    /// <summary>What the file does, for the summary.</summary>
    public static Convention[] Conventions(CellKind cell, bool hasBias)
    {
        Convention[] common =
        [
            new("matrices in the file", "(inputs, gates x units)"),
            new("biases in the file", !hasBias ? "none" : cell == CellKind.Gru ? "two" : "one"),
        ];
        return cell switch
        {
            CellKind.Lstm => [new("gate order in the file", "i f c o"), .. common],
            CellKind.Gru => [new("gate order in the file", "z r h"), new("reset", "after the product"), .. common],
            CellKind.GruResetBefore => [new("gate order in the file", "z r h"), new("reset", "before the product"), .. common],
            _ => common,
        };
    }

    /// <summary>Sets the weights of one layer and direction; the stack is packed by the caller.</summary>
    /// <param name="recurrent">The layers.</param>
    /// <param name="suffix">Such as <c>_l0</c> or <c>_l0_reverse</c>.</param>
    /// <param name="kernel">[I, G H].</param>
    /// <param name="recurrentKernel">[H, G H].</param>
    /// <param name="bias">As the class says; null for none.</param>
    /// <exception cref="Formats.ModelFileException">An array has another shape.</exception>
    public static void Fill(Recurrent recurrent, string suffix, WeightArray kernel, WeightArray recurrentKernel, WeightArray? bias)
    {
        CellKind cell = recurrent.Options.Cell;
        TensorView w = recurrent.Weights[$"weight_ih{suffix}"], r = recurrent.Weights[$"weight_hh{suffix}"];
        int gates = GateCause.GatesOf(cell), units = w.Rows / gates, columns = gates * units;
        Check(kernel, w.Columns, columns, units);
        Check(recurrentKernel, units, columns, units);
        ReadOnlySpan<int> order = FileGates(cell);
        Transpose(kernel.Values, order, units, w);
        Transpose(recurrentKernel.Values, order, units, r);
        if (bias is null)
        {
            return;
        }

        bias.Expect(cell == CellKind.Gru ? [2, columns] : [columns], BiasCause(bias, cell, columns));
        CopyGates(bias.Values.AsSpan(0, columns), order, units, recurrent.Weights[$"bias_ih{suffix}"].Row(0));
        if (cell == CellKind.Gru)
        {
            CopyGates(bias.Values.AsSpan(columns), order, units, recurrent.Weights[$"bias_hh{suffix}"].Row(0));
        }
    }

    /// <summary>The kernel, or the recurrent kernel, of our matrix.</summary>
    public static float[] FromRows(TensorView rows, CellKind cell)
    {
        int gates = GateCause.GatesOf(cell), units = rows.Rows / gates;
        float[] kernel = new float[rows.Rows * rows.Columns];
        ReadOnlySpan<int> order = FileGates(cell);
        for (int row = 0; row < rows.Rows; row++)
        {
            ReadOnlySpan<float> from = rows.Row(row);
            int column = order[row / units] * units + row % units;
            for (int i = 0; i < from.Length; i++)
            {
                kernel[i * rows.Rows + column] = from[i];
            }
        }

        return kernel;
    }

    /// <summary>A bias of ours in the file's order of gates.</summary>
    public static float[] FromBias(ReadOnlySpan<float> bias, CellKind cell)
    {
        float[] result = new float[bias.Length];
        int units = bias.Length / GateCause.GatesOf(cell);
        ReadOnlySpan<int> order = FileGates(cell);
        for (int gate = 0; gate < order.Length; gate++)
        {
            bias.Slice(gate * units, units).CopyTo(result.AsSpan(order[gate] * units));
        }

        return result;
    }

    private static void Check(WeightArray array, int rows, int columns, int units) => array.Expect(
        [rows, columns], array.Rank == 2 && array.Shape[1] != columns ? GateCause.Of(array.Shape[1], units)
            : array.Rank == 2 && array.Shape[0] == columns && array.Shape[1] == rows ? "transposed: PyTorch's layout" : null);

    private static string? BiasCause(WeightArray bias, CellKind cell, int columns) =>
        cell == CellKind.Gru && bias.Shape.SequenceEqual([columns]) ? "one bias: a GRU that resets before the product"
        : cell == CellKind.GruResetBefore && bias.Shape.SequenceEqual([2, columns]) ? "two biases: a GRU that resets after the product"
        : null;

    private static void Transpose(float[] kernel, ReadOnlySpan<int> order, int units, TensorView to)
    {
        for (int row = 0; row < to.Rows; row++)
        {
            Span<float> destination = to.Row(row);
            int column = order[row / units] * units + row % units;
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = kernel[i * to.Rows + column];
            }
        }
    }

    private static void CopyGates(ReadOnlySpan<float> bias, ReadOnlySpan<int> order, int units, Span<float> to)
    {
        for (int gate = 0; gate < order.Length; gate++)
        {
            bias.Slice(order[gate] * units, units).CopyTo(to[(gate * units)..]);
        }
    }
}
