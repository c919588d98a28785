using SpanRnn.Models;

namespace SpanRnn.Benchmarks.Reference;

/// <summary>One LSTM layer that is trained: forward keeps what backward needs. Rows are [T, B], states begin with slot 0.</summary>
internal sealed class ReferenceLstm<TMath> where TMath : struct, IMath
{
    private readonly int _inputs, _units, _batch;
    private readonly float[] _a, _c, _tanhC, _dh, _dc;
    private int _steps;

    public ReferenceLstm(SequenceModel source, int layer, int steps, int batch)
    {
        (_units, _batch) = (source.Options.Recurrent.HiddenSizes[layer], batch);
        _inputs = layer == 0 ? source.Options.Recurrent.InputSize : source.Options.Recurrent.OutputSizeOf(layer - 1);
        (W, R, B) = (Of("weight_ih"), Of("weight_hh"), Of("bias_ih"));
        int rows = steps * batch;
        (_a, _tanhC) = (new float[rows * 4 * _units], new float[rows * _units]);
        (_c, H) = (new float[(rows + batch) * _units], new float[(rows + batch) * _units]);
        (_dh, _dc) = (new float[batch * _units], new float[batch * _units]);

        ReferenceParameter<TMath> Of(string name) => new(Numbers.Dense(source.Weights, $"rnn.{name}_l{layer}"));
    }

    public ReferenceParameter<TMath> W { get; }

    public ReferenceParameter<TMath> R { get; }

    public ReferenceParameter<TMath> B { get; }

    /// <summary>[T + 1, B, H].</summary>
    public float[] H { get; }

    /// <summary>The output, [T, B, H].</summary>
    public Span<float> Output => H.AsSpan(_batch * _units);

    public void Forward(ReadOnlySpan<float> x, int steps)
    {
        _steps = steps;
        for (int row = 0; row < steps * _batch; row++)
        {
            Span<float> a = _a.AsSpan(row * 4 * _units, 4 * _units);
            ReadOnlySpan<float> input = x.Slice(row * _inputs, _inputs), h = Row(H, row);
            for (int gate = 0; gate < a.Length; gate++)
            {
                a[gate] = B.Values[gate] + TMath.Dot(W.Row(gate, _inputs), input) + TMath.Dot(R.Row(gate, _units), h);
            }

            TMath.LstmForward(a, Row(_c, row), Row(_c, row + _batch), Row(_tanhC, row), Row(H, row + _batch));
        }
    }

    /// <summary>From dy [T, B, H] to the weights' gradients and dx [T, B, I], if wanted.</summary>
    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        _dh.AsSpan().Clear();
        _dc.AsSpan().Clear();
        dx.Clear();
        for (int row = _steps * _batch - 1; row >= 0; row--)
        {
            int b = row % _batch;
            Span<float> da = _a.AsSpan(row * 4 * _units, 4 * _units), dh = Row(_dh, b);
            TMath.AddScaled(dy.Slice(row * _units, _units), 1f, dh);
            TMath.LstmBackward(da, Row(_tanhC, row), Row(_c, row), dh, Row(_dc, b));
            dh.Clear();
            TMath.AddScaled(da, 1f, B.Gradient);
            for (int gate = 0; gate < da.Length; gate++)
            {
                TMath.AddScaled(x.Slice(row * _inputs, _inputs), da[gate], W.GradientRow(gate, _inputs));
                TMath.AddScaled(Row(H, row), da[gate], R.GradientRow(gate, _units));
                TMath.AddScaled(R.Row(gate, _units), da[gate], dh);
                if (!dx.IsEmpty)
                {
                    TMath.AddScaled(W.Row(gate, _inputs), da[gate], dx.Slice(row * _inputs, _inputs));
                }
            }
        }
    }

    private Span<float> Row(float[] rows, int row) => rows.AsSpan(row * _units, _units);
}
