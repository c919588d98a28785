using SpanRnn.Formats;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Readers;

/// <summary>The arrays of one layer, of both directions if it has two, and what they tell of it.</summary>
internal sealed class KerasLayerArrays
{
    private readonly KerasGroup _first;
    private readonly KerasGroup? _second;
    private readonly RecurrentOptions? _recurrent;

    private KerasLayerArrays(string file, KerasGroup first, KerasGroup? second, ImportOptions options)
    {
        (_first, _second) = (first, second);
        if (first.IsRecurrent)
        {
            _recurrent = Recurrent(file, options);
            (InputSize, OutputSize) = (_recurrent.InputSize, _recurrent.OutputSize);
        }
        else
        {
            WeightArray matrix = first["embeddings"] ?? first["kernel"] ?? throw Lacks(file, first, "kernel");
            if (matrix.Rank != 2 || matrix.Shape[0] == 0 || matrix.Shape[1] == 0)
            {
                throw matrix.Refuse($"expected a matrix, found {matrix.ShapeText}{(matrix.Rank == 3 ? ": a convolution, whose padding the arrays do not tell" : "")}");
            }

            (InputSize, OutputSize) = (matrix.Shape[0], matrix.Shape[1]);
            first["bias"]?.Expect([OutputSize]);
        }
    }

    public string Name => _first.Name;

    public int InputSize { get; }

    public int OutputSize { get; }

    /// <summary>0 for embeddings, 1 for recurrent layers, 2 for dense ones: the order that models usually have.</summary>
    public int Rank => _first.IsEmbedding ? 0 : _first.IsRecurrent ? 1 : 2;

    /// <summary>Whether nothing in the file tells where the GRU resets.</summary>
    public bool IsResetGuessed { get; private set; }

    /// <summary>The layers of a file: the two directions of one layer are put together.</summary>
    /// <exception cref="ModelFileException">A layer lacks an array, or its arrays do not fit each other.</exception>
    public static List<KerasLayerArrays> Of(string file, List<KerasGroup> groups, ImportOptions options)
    {
        var layers = new List<KerasLayerArrays>();
        foreach (KerasGroup group in groups)
        {
            if (group.Direction == 1)
            {
                if (!groups.Exists(other => other.Direction == 0 && other.WithoutDirection == group.WithoutDirection))
                {
                    throw new ModelFileException(file, $"{ModelFileException.Quote(group.Prefix)} is a backward layer without its forward layer.");
                }

                continue;
            }

            KerasGroup? backward = group.Direction == 0
                ? groups.Find(other => other.Direction == 1 && other.WithoutDirection == group.WithoutDirection)
                    ?? throw new ModelFileException(file, $"{ModelFileException.Quote(group.Prefix)} is a forward layer without its backward layer.")
                : null;
            layers.Add(new KerasLayerArrays(file, group, backward, options));
        }

        return layers;
    }

    /// <summary>The stage that computes it.</summary>
    /// <exception cref="ModelFileException">An array has another shape than the others ask for.</exception>
    public ModelStage Stage(string file)
    {
        if (_recurrent is not null)
        {
            Recurrent recurrent = Build.Recurrent(file, _recurrent, target =>
            {
                Fill(target, "_l0", _first);
                if (_second is not null)
                {
                    Fill(target, "_l0_reverse", _second);
                }
            });
            return new RecurrentStage(recurrent) { Conventions = KerasLayout.Conventions(_recurrent.Cell, _first["bias"] is not null) };
        }

        if (_first["embeddings"] is { } table)
        {
            return new EmbeddingStage(table.Values, InputSize, OutputSize);
        }

        float[] kernel = _first["kernel"]!.Values, rows = new float[kernel.Length];
        for (int i = 0; i < kernel.Length; i++)
        {
            rows[i % OutputSize * InputSize + i / OutputSize] = kernel[i];
        }

        return new DenseStage(rows, _first["bias"]?.Values ?? [], InputSize, OutputSize);
    }

    private static void Fill(Recurrent recurrent, string suffix, KerasGroup group) =>
        KerasLayout.Fill(recurrent, suffix, group["kernel"]!, group["recurrent_kernel"]!, group["bias"]);

    private RecurrentOptions Recurrent(string file, ImportOptions options)
    {
        foreach (KerasGroup group in _second is null ? [_first] : new[] { _first, _second })
        {
            _ = group["kernel"] ?? throw Lacks(file, group, "kernel");
            _ = group["recurrent_kernel"] ?? throw Lacks(file, group, "recurrent_kernel");
        }

        WeightArray kernel = _first["kernel"]!, recurrentKernel = _first["recurrent_kernel"]!;
        if (kernel.Rank != 2 || recurrentKernel.Rank != 2 || kernel.Shape[0] == 0 || recurrentKernel.Shape[0] == 0)
        {
            throw recurrentKernel.Refuse($"expected matrices, found {kernel.ShapeText} and {recurrentKernel.ShapeText}");
        }

        if (_second is not null && _second["bias"] is null != _first["bias"] is null)
        {
            throw Lacks(file, _second["bias"] is null ? _second : _first, "bias");
        }

        int units = recurrentKernel.Shape[0];
        CellKind cell = CellOf(recurrentKernel, units, options);
        kernel.Expect([kernel.Shape[0], recurrentKernel.Shape[1]], GateCause.Of(kernel.Shape[1], units));
        return new()
        {
            Cell = cell,
            InputSize = kernel.Shape[0],
            HiddenSizes = [units],
            Bidirectional = _second is not null,
            Bias = _first["bias"] is null ? BiasKind.None : KerasLayout.BiasOf(cell),
        };
    }

    private CellKind CellOf(WeightArray recurrentKernel, int units, ImportOptions options)
    {
        int columns = recurrentKernel.Shape[1];
        CellKind cell = (columns % units == 0 ? columns / units : 0) switch
        {
            1 => CellKind.Rnn,
            3 => ResetAfter(options) ? CellKind.Gru : CellKind.GruResetBefore,
            4 => CellKind.Lstm,
            _ => throw recurrentKernel.Refuse($"{columns} columns for {units} units, expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) times as many"),
        };
        if (options.Cell is not { } wanted)
        {
            return cell;
        }

        return GateCause.GatesOf(wanted) != GateCause.GatesOf(cell)
            ? throw recurrentKernel.Refuse($"has {columns / units} gates, {wanted} was asked for, which has {GateCause.GatesOf(wanted)}")
            : options.ResetAfter is null ? wanted : cell;
    }

    private bool ResetAfter(ImportOptions options)
    {
        IsResetGuessed = _first["bias"] is null;
        return options.ResetAfter ?? _first["bias"]?.Rank != 1;
    }

    private static ModelFileException Lacks(string file, KerasGroup group, string name) =>
        new(file, $"the layer {ModelFileException.Quote(group.Prefix)} has no {name}.");
}
