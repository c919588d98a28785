using BenchmarkDotNet.Attributes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>One step with weights in float32, bfloat16 and int8: half and a quarter of the bytes, and what widening them costs.</summary>
[MemoryDiagnoser]
public class FormatBenchmarks
{
    private float[] _x = [], _y = [];
    private RecurrentSession? _float32, _bfloat16, _int8;

    [Params(CellKind.Lstm, CellKind.Gru)]
    public CellKind Cell { get; set; }

    [Params("128x128", "512x512", "1024x1024", "2048x2048")]
    public string IxH { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        (int inputs, int units) = Networks.Sizes(IxH);
        using Recurrent network = Networks.Of(Cell, inputs, units);
        _float32 = network.Freeze().CreateSession();
        _bfloat16 = network.Freeze(WeightFormat.BFloat16).CreateSession();
        _int8 = network.Freeze(WeightFormat.Int8).CreateSession();
        (_x, _y) = (Numbers.Normal(1, inputs), new float[units]);
        for (int t = 0; t < 5; t++)
        {
            Float32();
            float[] expected = [.. _y];
            BFloat16();
            Agreement.Check($"bfloat16, step {t}", expected, _y, 0.02f);
            Int8();
            Agreement.Check($"int8, step {t}", expected, _y, 0.02f);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (RecurrentSession? session in (RecurrentSession?[])[_float32, _bfloat16, _int8])
        {
            session?.Dispose();
        }
    }

    [Benchmark(Baseline = true)]
    public void Float32() => _float32!.Step(_x, _y);

    [Benchmark]
    public void BFloat16() => _bfloat16!.Step(_x, _y);

    [Benchmark]
    public void Int8() => _int8!.Step(_x, _y);
}
