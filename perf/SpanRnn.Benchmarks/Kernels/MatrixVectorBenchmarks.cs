using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Benchmarks.Kernels;

/// <summary>a = R h, [4 H, H] times [H]: the recurrent product of an LSTM for one sequence, four gates of a block of units together.</summary>
[MemoryDiagnoser]
public class MatrixVectorBenchmarks
{
    private float[] _h = [], _r = [], _a = [];
    private Slab? _x, _y;
    private GatePanels? _panels;

    [Params(16, 64, 256, 512, 1024)]
    public int H { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_h, _r, _a) = (Numbers.Normal(1, H), Numbers.Normal(2, 4 * H * H, 0.05f), new float[4 * H]);
        (_x, _y) = (Slab.Rent(H), Slab.Rent(4 * H));
        _h.CopyTo(_x.Span);
        _panels = new GatePanels(Isa.Best, [0, 1, 2, 3], H, H, slots: 4);
        _panels.Pack(_r, H);
        SpanRnn();
        float[] found = [.. Enumerable.Range(0, 4 * H).Select(row => _y.Span[(row % H / Block.Size * 4 + row / H) * Block.Size + row % Block.Size])];
        Naive();
        Agreement.Check("naive", _a, found);
        TensorPrimitives();
        Agreement.Check("TensorPrimitives", _a, found);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _x?.Dispose();
        _y?.Dispose();
        _panels?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => Run<NaiveMath>();

    [Benchmark]
    public void TensorPrimitives() => Run<TensorMath>();

    [Benchmark]
    public void SpanRnn() => _panels!.Multiply(Isa.Best, ref _x!.Origin, H, 1, ref Zeros.Row(4 * H), 0, ref _y!.Origin);

    private void Run<TMath>() where TMath : struct, IMath
    {
        for (int row = 0; row < _a.Length; row++)
        {
            _a[row] = TMath.Dot(_r.AsSpan(row * H, H), _h);
        }
    }
}
