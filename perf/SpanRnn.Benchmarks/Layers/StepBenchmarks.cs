using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>One step of one sequence through one layer, the state carried: (input, hidden) as in the comparison with other engines.</summary>
[MemoryDiagnoser]
public class StepBenchmarks
{
    private float[] _x = [], _y = [];
    private Recurrent? _network;
    private RecurrentSession? _session;
    private ReferenceNetwork<NaiveMath>? _naive;
    private ReferenceNetwork<TensorMath>? _tensor;

    [Params(CellKind.Rnn, CellKind.Lstm, CellKind.Gru, CellKind.GruResetBefore)]
    public CellKind Cell { get; set; }

    [Params("1x8", "1x16", "1x32", "1x64", "40x64", "128x256", "512x512")]
    public string IxH { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        (int inputs, int units) = Networks.Sizes(IxH);
        _network = Networks.Of(Cell, inputs, units);
        (_session, _naive, _tensor) = (_network.CreateSession(), new(_network), new(_network));
        (_x, _y) = (Numbers.Normal(1, inputs), new float[units]);
        for (int t = 0; t < 5; t++)
        {
            Naive();
            float[] expected = [.. _y];
            TensorPrimitives();
            Agreement.Check($"TensorPrimitives, step {t}", expected, _y);
            SpanRnn();
            Agreement.Check($"SpanRnn, step {t}", expected, _y);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _session?.Dispose();
        _network?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => _naive!.Step(_x, _y);

    [Benchmark]
    public void TensorPrimitives() => _tensor!.Step(_x, _y);

    [Benchmark]
    public void SpanRnn() => _session!.Step(_x, _y);
}
