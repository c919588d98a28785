namespace SpanRnn.Tests.Twin;

/// <summary>
/// The independent twin of the engine: a stack of recurrent layers in scalar float64, over weights with PyTorch's names,
/// shapes and gate orders (i f g o; r z n). <paramref name="Hidden"/> is the width of each layer. Forward only: its
/// derivatives are central differences, so no mistake of a hand-written backward can be in both. What ONNX's operators and Keras's
/// layers have beyond PyTorch's follows their texts.
/// </summary>
public sealed record TwinRecurrent(TwinCell Cell, int Inputs, int[] Hidden)
{
    public bool Bidirectional { get; init; }

    /// <summary>Whether the only direction is backwards in time.</summary>
    public bool IsReversed { get; init; }

    public TwinMerge Merge { get; init; }

    public TwinActivations? Activations { get; init; }

    /// <summary>The second direction's; null for the same.</summary>
    public TwinActivations? ReverseActivations { get; init; }

    /// <summary>The limit of pre-activations.</summary>
    public double Clip { get; init; } = double.PositiveInfinity;

    public bool HasPeepholes { get; init; }

    /// <summary>Whether an LSTM's f is 1 - i.</summary>
    public bool IsCoupled { get; init; }

    public TwinBias Bias { get; init; } = TwinBias.Double;

    /// <summary>PyTorch's proj_size, LSTM only: h = W_hr (o * tanh c) of this width; 0 for none.</summary>
    public int Projection { get; init; }

    public int Layers => Hidden.Length;

    public int Directions => Bidirectional ? 2 : 1;

    public int Gates => Cell switch { TwinCell.Lstm => 4, TwinCell.Gru or TwinCell.GruBefore => 3, _ => 1 };

    /// <summary>The width of h in a layer: P with projection, else H.</summary>
    public int StateWidth(int layer) => Projection > 0 ? Projection : Hidden[layer];

    public int OutputWidth(int layer) => Merge == TwinMerge.Concat ? Directions * StateWidth(layer) : StateWidth(layer);

    public int InputWidth(int layer) => layer == 0 ? Inputs : OutputWidth(layer - 1);

    /// <summary>How many values h0 and h_n hold for a batch of this many rows.</summary>
    public int HiddenStateCount(int rows) => HiddenOffset(Layers, 0, rows);

    /// <summary>How many values c0 and c_n hold; 0 unless the cell is an LSTM.</summary>
    public int CellStateCount(int rows) => Cell == TwinCell.Lstm ? CellOffset(Layers, 0, rows) : 0;

    /// <summary>Every tensor in PyTorch's order.</summary>
    public IEnumerable<TwinShape> Shapes() =>
        from layer in Enumerable.Range(0, Layers)
        from direction in Enumerable.Range(0, Directions)
        from shape in Shapes(layer, direction)
        select shape;

    /// <summary>The tensors of one layer in one direction.</summary>
    public IEnumerable<TwinShape> Shapes(int layer, int direction)
    {
        string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
        int rows = Gates * Hidden[layer];
        yield return new("weight_ih" + suffix, rows, InputWidth(layer));
        yield return new("weight_hh" + suffix, rows, StateWidth(layer));
        if (Bias != TwinBias.None)
        {
            yield return new("bias_ih" + suffix, rows);
        }

        if (Bias == TwinBias.Double)
        {
            yield return new("bias_hh" + suffix, rows);
        }

        if (HasPeepholes)
        {
            yield return new("weight_peephole" + suffix, 3 * Hidden[layer]);
        }

        if (Projection > 0)
        {
            yield return new("weight_hr" + suffix, Projection, Hidden[layer]);
        }
    }

    /// <summary>Runs all layers; a tensor is looked up as <paramref name="prefix"/> + its PyTorch name.</summary>
    public TwinRun Run(IReadOnlyDictionary<string, double[]> weights, TwinBatch batch, string prefix = "")
    {
        Check(batch);
        int rows = batch.Rows;
        double[] hn = batch.H0 is null ? new double[HiddenStateCount(rows)] : [.. batch.H0];
        double[] cn = batch.C0 is null ? new double[CellStateCount(rows)] : [.. batch.C0];
        double[] x = batch.X;
        for (int layer = 0; layer < Layers; layer++)
        {
            double[][] outputs = new double[Directions][];
            for (int direction = 0; direction < Directions; direction++)
            {
                outputs[direction] = new double[batch.Steps * rows * StateWidth(layer)];
                TwinGates gates = new(this, layer, direction, weights, prefix);
                for (int row = 0; row < rows; row++)
                {
                    RunRow(gates, batch, layer, direction, row, x, outputs[direction], hn, cn);
                }
            }

            x = Masked(Directions == 1 ? outputs[0] : Merged(outputs[0], outputs[1], StateWidth(layer)), layer < Layers - 1 ? batch.Masks?[layer] : null);
        }

        return new(x, hn, cn);
    }

    // hn and cn hold the initial states when this is called and the final ones after: a row of length 0 keeps its own.
    private void RunRow(
        TwinGates gates, TwinBatch batch, int layer, int direction, int row, double[] x, double[] output, double[] hn, double[] cn)
    {
        int width = InputWidth(layer), state = StateWidth(layer), hidden = Hidden[layer], length = batch.LengthOf(row);
        int hAt = HiddenOffset(layer, direction, batch.Rows) + row * state;
        int cAt = CellOffset(layer, direction, batch.Rows) + row * hidden;
        double[] h = hn[hAt..(hAt + state)];
        double[] c = Cell == TwinCell.Lstm ? cn[cAt..(cAt + hidden)] : [];
        for (int s = 0; s < length; s++)
        {
            int t = direction == 1 || IsReversed ? length - 1 - s : s;
            int cellIndex = t * batch.Rows + row;
            double[] input = x[(cellIndex * width)..((cellIndex + 1) * width)];
            (h, c) = TwinEquations.Step(Cell, gates, input, h, c);
            h.CopyTo(output, cellIndex * state);
        }

        h.CopyTo(hn, hAt);
        c.CopyTo(cn, Cell == TwinCell.Lstm ? cAt : 0);
    }

    private double[] Merged(double[] forward, double[] reverse, int state) => Merge switch
    {
        TwinMerge.Concat => [.. forward.Chunk(state).Zip(reverse.Chunk(state), (f, r) => f.Concat(r)).SelectMany(row => row)],
        TwinMerge.Sum => [.. forward.Zip(reverse, (f, r) => f + r)],
        TwinMerge.Mul => [.. forward.Zip(reverse, (f, r) => f * r)],
        _ => [.. forward.Zip(reverse, (f, r) => (f + r) / 2)],
    };

    private static double[] Masked(double[] values, double[]? mask) =>
        mask is null ? values : [.. values.Zip(mask, (value, factor) => value * factor)];

    private int HiddenOffset(int layer, int direction, int rows) =>
        rows * (Directions * Enumerable.Range(0, layer).Sum(StateWidth) + (direction == 0 ? 0 : StateWidth(layer)));

    private int CellOffset(int layer, int direction, int rows) =>
        rows * (Directions * Hidden[..layer].Sum() + (direction == 0 ? 0 : Hidden[layer]));

    private void Check(TwinBatch batch)
    {
        if (Projection > 0 && Cell != TwinCell.Lstm)
        {
            throw new InvalidOperationException("Only an LSTM has a projection.");
        }

        Expect("x", batch.X, batch.Steps * batch.Rows * Inputs);
        Expect("h0", batch.H0, HiddenStateCount(batch.Rows));
        Expect("c0", batch.C0, CellStateCount(batch.Rows));
        Expect("lengths", batch.Lengths, batch.Rows);
        Expect("masks", batch.Masks, Layers - 1);
        for (int layer = 0; layer < Layers - 1; layer++)
        {
            Expect($"masks[{layer}]", batch.Masks?[layer], batch.Steps * batch.Rows * OutputWidth(layer));
        }
    }

    private static void Expect(string name, Array? values, int count)
    {
        if (values is not null && values.Length != count)
        {
            throw new ArgumentException($"{name}: expected {count} values, found {values.Length}");
        }
    }
}
