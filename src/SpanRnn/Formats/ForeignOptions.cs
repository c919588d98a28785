using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>Options of a file without our metadata: what the shapes of its tensors tell.</summary>
/// <remarks>
/// Gates are rows over units: 1 is taken for an RNN with tanh, 3 for PyTorch's GRU, 4 for an LSTM; ReLU and a reset before the product
/// leave no trace in the shapes, so a caller who knows of them says so.
/// </remarks>
internal sealed class ForeignOptions(string file, TensorTable tensors)
{
    public SequenceModelOptions Model(CellKind? cell)
    {
        if (!tensors.Has($"{TensorPlan.Head}weight"))
        {
            throw new ModelFileException(
                file, $"has no tensor '{TensorPlan.Head}weight', and no metadata of ours: expected the names of a PyTorch module with "
                + "embedding (optional), rnn and fc" + (tensors.Has("weight_ih_l0") ? "; it holds a bare recurrent stack, use RecurrentFile.Load." : "."));
        }

        RecurrentOptions recurrent = Recurrent(TensorPlan.Rnn, cell);
        const string embedding = $"{TensorPlan.Embedding}weight";
        return new()
        {
            Recurrent = recurrent,
            Vocabulary = tensors.Has(embedding) ? Size(embedding, tensors.Matrix(embedding).Rows) : 0,
            Outputs = Size($"{TensorPlan.Head}weight", tensors.Matrix($"{TensorPlan.Head}weight").Rows),
        };
    }

    public RecurrentOptions Recurrent(string prefix, CellKind? cell)
    {
        bool isProjected = tensors.Has($"{prefix}weight_hr_l0");
        var sizes = new List<int>();
        for (int layer = 0; layer == 0 || tensors.Has($"{prefix}weight_hh_l{layer}"); layer++)
        {
            string name = isProjected ? $"{prefix}weight_hr_l{layer}" : $"{prefix}weight_hh_l{layer}";
            sizes.Add(Size(name, tensors.Matrix(name).Columns));
        }

        string first = $"{prefix}weight_hh_l0", input = $"{prefix}weight_ih_l0";
        return new()
        {
            Cell = cell ?? Cell(first, tensors.Matrix(first).Rows, sizes[0]),
            InputSize = Size(input, tensors.Matrix(input).Columns),
            HiddenSizes = sizes,
            Bidirectional = tensors.Has($"{input}_reverse"),
            Bias = !tensors.Has($"{prefix}bias_ih_l0") ? BiasKind.None
                : tensors.Has($"{prefix}bias_hh_l0") ? BiasKind.Double : BiasKind.Single,
            ProjectionSize = isProjected ? Size($"{prefix}weight_hr_l0", tensors.Matrix($"{prefix}weight_hr_l0").Rows) : 0,
        };
    }

    private CellKind Cell(string name, long rows, int units) => (rows % units == 0 ? rows / units : 0) switch
    {
        1 => CellKind.Rnn,
        3 => CellKind.Gru,
        4 => CellKind.Lstm,
        _ => throw new ModelFileException(
            file, $"{tensors.Prefix}{name}: {rows} rows for {units} units, expected 1 (RNN), 3 (GRU) or 4 (LSTM) times as many."),
    };

    private int Size(string name, long size) => size is > 0 and <= int.MaxValue
        ? (int)size
        : throw new ModelFileException(file, $"{tensors.Prefix}{name}: expected a size from 1 to {int.MaxValue}, found {size}.");
}
