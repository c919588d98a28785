using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>y = W x + b over rows, b only if wanted: forward, and its derivative below.</summary>
internal sealed class DenseLayer : IPackedLayer, IDisposable
{
    private readonly Isa _isa;
    private readonly int _weight, _bias;
    private readonly GatePanels _panels;
    private readonly SlotPanels _back;
    private readonly Slab _packedBias;

    public DenseLayer(int inputs, int outputs, string prefix, ParameterLayout layout, Isa isa, bool hasBias = true)
    {
        (Inputs, Outputs, _isa) = (inputs, outputs, isa);
        _weight = layout.AddMatrix($"{prefix}weight", outputs, inputs);
        _bias = hasBias ? layout.AddVector($"{prefix}bias", outputs) : -1;
        End = layout.Length;
        _panels = new GatePanels([0], outputs, inputs);
        _back = new SlotPanels([0], outputs, inputs);
        _packedBias = Slab.Rent(Block.Pad(outputs));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int End { get; }

    public void Initialize(ParameterSet weights, DenseInitializers initializers, RandomStream random)
    {
        initializers.Weight.Fill(weights[_weight], random);
        if (_bias >= 0)
        {
            initializers.Bias.Fill(weights[_bias], random);
        }
    }

    /// <summary>Takes over changed weights.</summary>
    public void Pack(ParameterSet weights)
    {
        TensorView w = weights[_weight];
        _panels.Pack(w.Memory, w.Stride);
        _back.Pack(w.Memory, w.Stride);
        if (_bias >= 0)
        {
            weights[_bias].Memory.CopyTo(_packedBias.Span);
        }
    }

    /// <summary>y = W x + b; rows of y are dense, padded to whole blocks.</summary>
    public void Forward(RowView x, RowView y) =>
        _panels.Multiply(_isa, ref x.Origin, x.Stride, x.Count, ref _packedBias.Origin, 0, ref y.Origin);

    /// <summary>dx = W' dy, dW += dy' x, db += sum dy.</summary>
    public void Backward(RowView x, RowView dy, RowView dx, ParameterSet gradients, bool accumulate)
    {
        _back.Multiply(_isa, ref dy.Origin, dy.Count, ref Zeros.Row(dx.Stride), 0, ref dx.Origin, dx.Stride);
        TensorView dw = gradients[_weight];
        WeightGradient.Multiply(_isa, ref dy.Origin, 1, 0, [0], Outputs, ref x.Origin, x.Stride, x.Count, ref dw.Origin, dw.Stride, accumulate);
        if (_bias >= 0)
        {
            TensorView db = gradients[_bias];
            WeightGradient.ColumnSums(_isa, ref dy.Origin, dy.Stride, dy.Count, ref db.Origin, accumulate);
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
        _back.Dispose();
        _packedBias.Dispose();
    }
}
