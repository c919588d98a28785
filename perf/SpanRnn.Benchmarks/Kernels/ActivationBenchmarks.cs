using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Benchmarks.Kernels;

/// <summary>Sigmoid and hyperbolic tangent of 4096 numbers.</summary>
[MemoryDiagnoser]
public class ActivationBenchmarks
{
    private const int Length = 4096;

    private Slab? _x, _y;

    [Params("sigmoid", "tanh")]
    public string Function { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        (_x, _y) = (Slab.Rent(Length), Slab.Rent(Length));
        Numbers.Normal(1, Length, 2f).CopyTo(_x.Span);
        Naive();
        float[] expected = _y.Span.ToArray();
        TensorPrimitives();
        Agreement.Check("TensorPrimitives", expected, _y.Span, 1e-6f);
        SpanRnn();
        Agreement.Check("SpanRnn", expected, _y.Span, 1e-6f);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _x?.Dispose();
        _y?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => Run<NaiveMath>();

    [Benchmark]
    public void TensorPrimitives() => Run<TensorMath>();

    [Benchmark]
    public void SpanRnn()
    {
        var pass = new ActivationPass { X = ref _x!.Origin, Y = ref _y!.Origin, Length = Length, IsTanh = Function == "tanh" };
        Isa.Best.Run(ref pass);
    }

    private void Run<TMath>() where TMath : struct, IMath
    {
        if (Function == "tanh")
        {
            TMath.Tanh(_x!.Span, _y!.Span);
        }
        else
        {
            TMath.Sigmoid(_x!.Span, _y!.Span);
        }
    }
}
