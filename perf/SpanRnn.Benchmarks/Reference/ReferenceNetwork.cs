using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Reference;

/// <summary>A stack of layers in one direction, sequence by sequence, step by step.</summary>
internal sealed class ReferenceNetwork<TMath> where TMath : struct, IMath
{
    private readonly ReferenceLayer<TMath>[] _layers;
    private readonly float[][] _h, _next, _c;

    public ReferenceNetwork(Recurrent source)
    {
        _layers = [.. Enumerable.Range(0, source.Options.HiddenSizes.Count).Select(layer => new ReferenceLayer<TMath>(source, layer))];
        (_h, _next, _c) = (States(), States(), States());
    }

    public void Reset()
    {
        foreach (float[] state in _h.Concat(_c))
        {
            state.AsSpan().Clear();
        }
    }

    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<float> input = x;
        for (int l = 0; l < _layers.Length; l++)
        {
            _layers[l].Step(input, _h[l], _c[l], _next[l]);
            (_h[l], _next[l]) = (_next[l], _h[l]);
            input = _h[l];
        }

        input.CopyTo(y);
    }

    /// <summary>x [T, B, I] to y [T, B, H].</summary>
    public void Run(int steps, int batch, ReadOnlySpan<float> x, Span<float> y)
    {
        int inputs = x.Length / (steps * batch), outputs = y.Length / (steps * batch);
        for (int b = 0; b < batch; b++)
        {
            Reset();
            for (int t = 0; t < steps; t++)
            {
                int row = t * batch + b;
                Step(x.Slice(row * inputs, inputs), y.Slice(row * outputs, outputs));
            }
        }
    }

    private float[][] States() => [.. _layers.Select(layer => new float[layer.Units])];
}
