using SpanRnn.Models;

namespace SpanRnn.Benchmarks.Reference;

/// <summary>Training of [embedding], LSTM layers and a dense head by softmax cross-entropy and Adam: the work of <see cref="Trainer"/>.</summary>
internal sealed class ReferenceTrainer<TMath> where TMath : struct, IMath
{
    private readonly SequenceModelOptions _options;
    private readonly ReferenceLstm<TMath>[] _layers;
    private readonly ReferenceParameter<TMath>? _embedding;
    private readonly ReferenceParameter<TMath> _head, _headBias;
    private readonly float[] _x, _logits;
    private readonly float[][] _d;
    private readonly int _steps, _batch;
    private readonly double _learningRate;
    private int _updates;

    public ReferenceTrainer(SequenceModel source, int steps, int batch, double learningRate)
    {
        (_options, _steps, _batch, _learningRate) = (source.Options, steps, batch, learningRate);
        int inputs = _options.Recurrent.InputSize, rows = steps * batch;
        _layers = [.. Enumerable.Range(0, _options.Recurrent.HiddenSizes.Count).Select(l => new ReferenceLstm<TMath>(source, l, steps, batch))];
        _embedding = source.TakesTokens ? new(Numbers.Dense(source.Weights, "embedding.weight")) : null;
        (_head, _headBias) = (new(Numbers.Dense(source.Weights, "fc.weight")), new(Numbers.Dense(source.Weights, "fc.bias")));
        (_x, _logits) = (new float[rows * inputs], new float[_options.Outputs]);
        _d = [new float[rows * inputs], .. _options.Recurrent.HiddenSizes.Select(units => new float[rows * units])];
    }

    public double Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets)
    {
        int width = _options.Recurrent.InputSize;
        for (int row = 0; row < tokens.Length; row++)
        {
            _embedding!.Row(tokens[row], width).CopyTo(_x.AsSpan(row * width));
        }

        double loss = ForwardAndBackward(_x, targets);
        for (int row = 0; row < tokens.Length; row++)
        {
            TMath.AddScaled(_d[0].AsSpan(row * width, width), 1f, _embedding!.GradientRow(tokens[row], width));
        }

        Update(_embedding!);
        return loss;
    }

    public double Step(ReadOnlySpan<float> x, ReadOnlySpan<int> targets)
    {
        double loss = ForwardAndBackward(x, targets);
        Update(null);
        return loss;
    }

    private double ForwardAndBackward(ReadOnlySpan<float> x, ReadOnlySpan<int> targets)
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            _layers[l].Forward(l == 0 ? x : _layers[l - 1].Output, _steps);
        }

        double loss = Head(targets);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            Span<float> dx = l > 0 || _embedding is not null ? _d[l] : [];
            _layers[l].Backward(l == 0 ? x : _layers[l - 1].Output, _d[l + 1], dx);
        }

        return loss;
    }

    /// <summary>Logits, the mean loss, and their gradients.</summary>
    private double Head(ReadOnlySpan<int> targets)
    {
        int units = _options.Recurrent.OutputSize, first = _steps * _batch - targets.Length;
        float[] d = _d[^1];
        d.AsSpan().Clear();
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<float> h = _layers[^1].Output.Slice((first + row) * units, units);
            float largest = float.NegativeInfinity, sum = 0f;
            for (int k = 0; k < _logits.Length; k++)
            {
                _logits[k] = _headBias.Values[k] + TMath.Dot(_head.Row(k, units), h);
                largest = MathF.Max(largest, _logits[k]);
            }

            for (int k = 0; k < _logits.Length; k++)
            {
                _logits[k] = MathF.Exp(_logits[k] - largest);
                sum += _logits[k];
            }

            loss -= Math.Log(_logits[targets[row]] / sum) / targets.Length;
            for (int k = 0; k < _logits.Length; k++)
            {
                float slope = (_logits[k] / sum - (k == targets[row] ? 1f : 0f)) / targets.Length;
                _headBias.Gradient[k] += slope;
                TMath.AddScaled(h, slope, _head.GradientRow(k, units));
                TMath.AddScaled(_head.Row(k, units), slope, d.AsSpan((first + row) * units, units));
            }
        }

        return loss;
    }

    private void Update(ReferenceParameter<TMath>? embedding)
    {
        _updates++;
        embedding?.Update(_learningRate, _updates);
        foreach (ReferenceLstm<TMath> layer in _layers)
        {
            layer.W.Update(_learningRate, _updates);
            layer.R.Update(_learningRate, _updates);
            layer.B.Update(_learningRate, _updates);
        }

        _head.Update(_learningRate, _updates);
        _headBias.Update(_learningRate, _updates);
    }
}
