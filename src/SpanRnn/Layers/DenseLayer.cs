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
    private const int NearWeights = 8 << 10;

    private readonly Isa _isa;
    private readonly int _weight, _bias;
    private readonly MatrixPanels _panels;
    private readonly Slab _packedBias;

    public DenseLayer(int inputs, int outputs, string prefix, ParameterLayout layout, Isa isa, bool hasBias = true)
    {
        (Inputs, Outputs, _isa) = (inputs, outputs, isa);
        Start = layout.Length;
        _weight = layout.AddMatrix($"{prefix}weight", outputs, inputs);
        _bias = hasBias ? layout.AddVector($"{prefix}bias", outputs) : -1;
        End = layout.Length;
        _panels = new MatrixPanels(isa, _weight, [0], outputs, inputs);
        _packedBias = Slab.Rent(Block.Pad(outputs));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Start { get; }

    public int End { get; }

    public bool IsUpdatedByBlocks(int parts) => IPackedLayer.IsUpdatedByBlocks((long)Outputs * Block.Pad(Inputs), Block.Count(Outputs), parts);

    public bool IsBehind => _panels.AreBehind;

    /// <inheritdoc cref="MatrixPanels.NearFloats"/>
    public int NearFloats => _panels.NearFloats;

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

    public void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts) => Pack(weights, update, default, part, parts);

    private void Pack(ParameterSet weights, IWeightUpdate? update, in BackwardPart gradients, int part, int parts)
    {
        // All at once, or so many rows as stay in a near cache between their update and their packing, or between their gradient and their update.
        TensorView w = weights[_weight];
        BlockRange range = BlockRange.Part(Block.Count(Outputs), part, parts);
        int together = Math.Max(
            1, update is null ? range.Count : gradients.AreComputed ? NearWeights / (Block.Size * w.Stride) : WeightGradient.BlocksTogether(gradients.X.Count, w.Stride, range.Count));
        PanelWays packed = _panels.BeginPacking(weights, parts);
        for (int block = range.First; block < range.End; block += together)
        {
            var rows = new BlockRange(block, Math.Min(block + together, range.End));
            int start = w.Info.Offset + rows.Start * w.Stride, gradient = start;
            if (!gradients.AreComputed)
            {
                _panels.InputGradientOnce(gradients.Near, ref gradients.DY.Origin, gradients.DX, rows);

                // Over each other, where the range's first belong: there they stay in a near cache, and nobody reads them later.
                gradient = w.Info.Offset + range.Start * w.Stride;
                ReadsAfter after = update!.ReadsOf(w.Info.Offset, areWeightsNear: !gradients.DX.IsEmpty);
                gradients.GradientOf(GradientRows.AloneAt(ref gradients.Arena.All[gradient], w.Stride, rows, after));
            }

            update?.Run(start, rows.LengthOf(Outputs) * w.Stride, gradient);
            _panels.Pack(rows, packed);
        }

        _panels.EndPacking(packed);
        if (part == parts - 1 && _bias >= 0)
        {
            int bias = w.Info.Offset + w.Memory.Length;
            update?.Run(bias, End - bias, gradient: bias);
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
    /// <param name="x">Packed rows.</param>
    /// <param name="y">As many.</param>
    /// <param name="team">Who shares the rows.</param>
    /// <param name="near">Room for near panels, if this is all that a training step by one thread uses W for on its way forward; else empty.</param>
    public void Forward(RowView x, RowView y, WorkerTeam? team = null, Span<float> near = default)
    {
        if (_panels.BeginForward(_panels.AreBetterOnce(near, x.Count), isForTraining: !near.IsEmpty))
        {
            _panels.MultiplyOnce(near, ref x.Origin, x.Stride, x.Count, ref _packedBias.Origin, ref y.Origin);
            return;
        }

        var part = new ForwardPart { Layer = this, X = x, Y = y };
        WorkerTeam.Run(team, ref part, PartsOf(x.Count, team));
    }

    /// <summary>
    /// dx = W' dy, dW += dy' x, db += sum dy. With an <paramref name="update"/> the layer may change its weights at once, and then keeps no dW.
    /// </summary>
    public void Backward(
        RowView x, RowView dy, RowView dx, ParameterSet gradients, bool accumulate, WorkerTeam? team = null, IWeightUpdate? update = null,
        Span<float> near = default)
    {
        int parts = PartsOf(x.Count, team);
        bool isAtOnce = update is not null && !accumulate && IsUpdatedByBlocks(parts);
        bool isFromRows = _panels.BeginBackward(dx.IsEmpty || _panels.AreBetterOnce(near, x.Count), isFree: dx.IsEmpty);
        var sums = new BackwardPart
        {
            Layer = this,
            X = x,
            DY = dy,
            DX = isFromRows ? default : dx,
            Arena = gradients,
            Near = near,
            Accumulate = accumulate,
            OfMatrix = !isAtOnce,
        };
        WorkerTeam.Run(team, ref sums, parts);
        if (isAtOnce)
        {
            // No part may change what others still read: dx is complete, or, from rows, there is but one part.
            sums.DX = isFromRows ? dx : default;
            var blocks = new UpdatePart { Gradients = sums, Update = update! };
            WorkerTeam.Run(team, ref blocks, parts);
            update!.Finish(this);
        }
        else if (isFromRows)
        {
            _panels.InputGradientOnce(near, ref dy.Origin, dx);
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
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
            Layer._panels.Forward.Multiply(Layer._isa, ref x.Origin, x.Stride, x.Count, ref Layer._packedBias.Origin, 0, ref y.Origin);
        }
    }

    /// <summary>Some rows of dx and of dW, some numbers of db.</summary>
    private ref struct BackwardPart : IPartedWork
    {
        public DenseLayer Layer;
        public RowView X, DY, DX;
        public ParameterSet Arena;
        public Span<float> Near;
        public bool Accumulate, OfMatrix;

        /// <summary>Whether dW is in its place already.</summary>
        public readonly bool AreComputed => Layer is null;

        public readonly void Run(int part, int parts)
        {
            Isa isa = Layer._isa;
            RowView dy = DY.Part(part, parts), dx = DX.Part(part, parts);
            if (!DX.IsEmpty)
            {
                Layer._panels.Backward.Multiply(isa, ref dy.Origin, dy.Count, ref Zeros.Row(dx.Stride), 0, ref dx.Origin, dx.Stride);
            }

            if (OfMatrix)
            {
                TensorView dw = Arena[Layer._weight];
                GradientOf(GradientRows.Of(ref dw.Origin, dw.Stride, Accumulate, part, parts));
            }

            if (Layer._bias >= 0)
            {
                TensorView db = Arena[Layer._bias];
                WeightGradient.ColumnSums(isa, ref DY.Origin, DY.Stride, DY.Stride, DY.Count, ref db.Origin, Accumulate, part, parts);
            }
        }

        /// <summary>dW = sum of dy x', of some rows or some blocks.</summary>
        public readonly void GradientOf(in GradientRows dw) =>
            WeightGradient.Multiply(Layer._isa, ref DY.Origin, 1, 0, [0], Layer.Outputs, ref X.Origin, X.Stride, X.Count, in dw);
    }

    /// <summary>Some blocks of dW, each right before it is used to change its weights.</summary>
    private ref struct UpdatePart : IPartedWork
    {
        public BackwardPart Gradients;
        public IWeightUpdate Update;

        public readonly void Run(int part, int parts) => Gradients.Layer.Pack(Update.Weights, Update, in Gradients, part, parts);
    }
}
