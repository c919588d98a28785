using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Benchmarks.Kernels;

/// <summary>C = A W', [M, K] times [N, K]: the product of a recurrent layer, whose weights are packed once and used often.</summary>
[MemoryDiagnoser]
public class ProductBenchmarks
{
    private float[] _a = [], _w = [], _c = [];
    private Slab? _x, _y;
    private GatePanels? _panels;

    [Params(1, 4, 8, 32, 100)]
    public int M { get; set; }

    [Params("64x256", "256x1024", "512x2048")]
    public string KxN { get; set; } = "";

    private int K => int.Parse(KxN.Split('x')[0]);

    private int N => int.Parse(KxN.Split('x')[1]);

    [GlobalSetup]
    public void Setup()
    {
        (_a, _w, _c) = (Numbers.Normal(1, M * K), Numbers.Normal(2, N * K, 0.05f), new float[M * N]);
        (_x, _y) = (Slab.Rent(M * K), Slab.Rent(M * N));
        _a.CopyTo(_x.Span);
        _panels = new GatePanels(Isa.Best, [0], N, K);
        _panels.Pack(_w, K);
        SpanRnn();
        Naive();
        Agreement.Check("naive", _c, _y.Span);
        TensorPrimitives();
        Agreement.Check("TensorPrimitives", _c, _y.Span);
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
    public void SpanRnn() => _panels!.Multiply(Isa.Best, ref _x!.Origin, K, M, ref Zeros.Row(N), 0, ref _y!.Origin);

    private void Run<TMath>() where TMath : struct, IMath
    {
        int k = _a.Length / M, n = _w.Length / k;
        for (int row = 0; row < M; row++)
        {
            for (int column = 0; column < n; column++)
            {
                _c[row * n + column] = TMath.Dot(_w.AsSpan(column * k, k), _a.AsSpan(row * k, k));
            }
        }
    }
}
