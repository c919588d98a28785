using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>y = W x + b over rows, b only if wanted: forward, and its derivative below.</summary>
internal sealed class DenseLayer : IPackedLayer, IDisposable
{
    /// <summary>Weights that stay in a near cache beside their gradients and moments: 32 KiB.</summary>
    private const int NearFloats = 8 << 10;

    private readonly Isa _isa;
    private readonly int _weight, _bias;
    private readonly GatePanels _panels;
    private readonly SlotPanels _back;
    private readonly Slab _packedBias;

    public DenseLayer(int inputs, int outputs, string prefix, ParameterLayout layout, Isa isa, bool hasBias = true)
    {
        (Inputs, Outputs, _isa) = (inputs, outputs, isa);
        Start = layout.Length;
        _weight = layout.AddMatrix($"{prefix}weight", outputs, inputs);
        _bias = hasBias ? layout.AddVector($"{prefix}bias", outputs) : -1;
        End = layout.Length;
        _panels = new GatePanels(isa, [0], outputs, inputs);
        _back = new SlotPanels(isa, [0], outputs, inputs);
        _packedBias = Slab.Rent(Block.Pad(outputs));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Start { get; }

    public int End { get; }

    public bool IsUpdatedByBlocks(int parts) => IPackedLayer.IsUpdatedByBlocks((long)Outputs * Block.Pad(Inputs), Block.Count(Outputs), parts);

    public void Initialize(ParameterSet weights, DenseInitializers initializers, RandomStream random)
    {
        initializers.Weight.Fill(weights[_weight], random);
        if (_bias >= 0)
        {
            initializers.Bias.Fill(weights[_bias], random);
        }
    }

    /// <summary>Takes over changed weights.</summary>
    public void Pack(ParameterSet weights) => Pack(weights, null, 0, 1);

    public void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts)
    {
        // All at once, or so many rows as stay in a near cache between their update and their packing.
        TensorView w = weights[_weight];
        BlockRange range = BlockRange.Part(Block.Count(Outputs), part, parts);
        int together = update is null ? Math.Max(1, range.Count) : Math.Max(1, NearFloats / (Block.Size * w.Stride));
        for (int block = range.First; block < range.End; block += together)
        {
            var rows = new BlockRange(block, Math.Min(block + together, range.End));
            update?.Run(w.Info.Offset + rows.Start * w.Stride, rows.LengthOf(Outputs) * w.Stride);
            _panels.Pack(w.Memory, w.Stride, rows);
            _back.Pack(w.Memory, w.Stride, rows);
        }

        if (part == parts - 1 && _bias >= 0)
        {
            update?.Run(w.Info.Offset + w.Memory.Length, End - w.Info.Offset - w.Memory.Length);
            weights[_bias].Memory.CopyTo(_packedBias.Span);
        }
    }

    /// <summary>The weights as they are now, packed for steps, never to be changed.</summary>
    public StreamDense Freeze(ParameterSet weights, WeightFormat format)
    {
        TensorView w = weights[_weight];
        StreamMatrix matrix = new() { Name = w.Info.Name, Values = w.Memory, Stride = w.Stride, Depth = Inputs, Gates = [0] };
        ReadOnlySpan<float> bias = _bias < 0 ? [] : weights[_bias].Memory;
        return format switch
        {
            WeightFormat.Float32 => new StreamDense<Float32>(Outputs, matrix, bias, _isa),
            WeightFormat.BFloat16 => new StreamDense<BFloat16>(Outputs, matrix, bias, _isa),
            WeightFormat.Int8 => new StreamDense<Int8>(Outputs, matrix, bias, _isa),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights."),
        };
    }

    /// <summary>y = W x + b; rows of y are dense, padded to whole blocks.</summary>
    public void Forward(RowView x, RowView y, WorkerTeam? team = null)
    {
        var part = new ForwardPart { Layer = this, X = x, Y = y };
        WorkerTeam.Run(team, ref part, PartsOf(x.Count, team));
    }

    /// <summary>dx = W' dy, dW += dy' x, db += sum dy.</summary>
    public void Backward(RowView x, RowView dy, RowView dx, ParameterSet gradients, bool accumulate, WorkerTeam? team = null)
    {
        var part = new BackwardPart { Layer = this, X = x, DY = dy, DX = dx, Gradients = gradients, Accumulate = accumulate };
        WorkerTeam.Run(team, ref part, PartsOf(x.Count, team));
    }

    public void Dispose()
    {
        _panels.Dispose();
        _back.Dispose();
        _packedBias.Dispose();
    }

    private int PartsOf(int rows, WorkerTeam? team) =>
        WorkerTeam.IsWorth(team, (long)rows * Inputs * Outputs, WorkerTeam.LeastWork) ? Math.Clamp(rows, 1, team!.Threads) : 1;

    /// <summary>Some rows of y.</summary>
    private ref struct ForwardPart : IPartedWork
    {
        public DenseLayer Layer;
        public RowView X, Y;

        public readonly void Run(int part, int parts)
        {
            RowView x = X.Part(part, parts), y = Y.Part(part, parts);
            Layer._panels.Multiply(Layer._isa, ref x.Origin, x.Stride, x.Count, ref Layer._packedBias.Origin, 0, ref y.Origin);
        }
    }

    /// <summary>Some rows of dx and of dW, some numbers of db.</summary>
    private ref struct BackwardPart : IPartedWork
    {
        public DenseLayer Layer;
        public RowView X, DY, DX;
        public ParameterSet Gradients;
        public bool Accumulate;

        public readonly void Run(int part, int parts)
        {
            Isa isa = Layer._isa;
            RowView dy = DY.Part(part, parts), dx = DX.Part(part, parts);
            Layer._back.Multiply(isa, ref dy.Origin, dy.Count, ref Zeros.Row(dx.Stride), 0, ref dx.Origin, dx.Stride);
            TensorView dw = Gradients[Layer._weight];
            WeightGradient.Multiply(
                isa, ref DY.Origin, 1, 0, [0], Layer.Outputs, ref X.Origin, X.Stride, X.Count, ref dw.Origin, dw.Stride, Accumulate, part, parts);
            if (Layer._bias >= 0)
            {
                TensorView db = Gradients[Layer._bias];
                WeightGradient.ColumnSums(isa, ref DY.Origin, DY.Stride, DY.Stride, DY.Count, ref db.Origin, Accumulate, part, parts);
            }
        }
    }
}
