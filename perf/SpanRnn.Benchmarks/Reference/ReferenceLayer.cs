using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Reference;

/// <summary>One layer of a reference network, weights as PyTorch stores them: W [G H, I], R [G H, H], b [G H].</summary>
internal sealed class ReferenceLayer<TMath> where TMath : struct, IMath
{
    private readonly CellKind _cell;
    private readonly int _inputs, _units;
    private readonly float[] _w, _r, _b, _a, _q, _gated, _tanhC;

    public ReferenceLayer(Recurrent source, int layer, string suffix = "")
    {
        _cell = source.Options.Cell;
        (_inputs, _units) = (layer == 0 ? source.InputSize : source.Options.OutputSizeOf(layer - 1), source.Options.HiddenSizes[layer]);
        _w = Numbers.Dense(source.Weights, $"weight_ih_l{layer}{suffix}");
        _r = Numbers.Dense(source.Weights, $"weight_hh_l{layer}{suffix}");
        _b = Numbers.Dense(source.Weights, $"bias_ih_l{layer}{suffix}");
        (_a, _q, _gated, _tanhC) = (new float[_b.Length], new float[_units], new float[_units], new float[_units]);
    }

    public int Units => _units;

    /// <summary>(x, h', c') to (h, c); next may not be h.</summary>
    public void Step(ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> c, Span<float> next)
    {
        bool isGru = _cell is CellKind.Gru or CellKind.GruResetBefore;
        int both = isGru ? 2 * _units : _a.Length; // rows whose two products are simply added
        for (int row = 0; row < _a.Length; row++)
        {
            _a[row] = _b[row] + TMath.Dot(_w.AsSpan(row * _inputs, _inputs), x);
        }

        Multiply(0, both, h, _a, 0);
        switch (_cell)
        {
            case CellKind.Lstm:
                TMath.LstmForward(_a, c, c, _tanhC, next);
                break;
            case CellKind.Gru:
                _q.AsSpan().Clear();
                Multiply(both, _units, h, _q, 0);
                TMath.GruForward(_a, _q, h, next);
                break;
            case CellKind.GruResetBefore:
                TMath.GruGates(_a, h, _gated);
                Multiply(both, _units, _gated, _a, both);
                TMath.GruCandidate(_a, h, next);
                break;
            default:
                TMath.Tanh(_a, next);
                break;
        }
    }

    /// <summary>a[at ...] += rows of R times h.</summary>
    private void Multiply(int firstRow, int rows, ReadOnlySpan<float> h, Span<float> a, int at)
    {
        for (int row = 0; row < rows; row++)
        {
            a[at + row] += TMath.Dot(_r.AsSpan((firstRow + row) * _units, _units), h);
        }
    }
}
