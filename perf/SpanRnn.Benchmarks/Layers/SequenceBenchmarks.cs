using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>Whole sequences: 50 steps through two layers.</summary>
[MemoryDiagnoser]
public class SequenceBenchmarks
{
    private const int Steps = 50;

    private float[] _x = [], _y = [];
    private Recurrent? _network;
    private RecurrentTape? _tape;
    private ReferenceNetwork<NaiveMath>? _naive;
    private ReferenceNetwork<TensorMath>? _tensor;

    [Params(CellKind.Rnn, CellKind.Lstm, CellKind.Gru, CellKind.GruResetBefore)]
    public CellKind Cell { get; set; }

    [Params("28x128", "128x256")]
    public string IxH { get; set; } = "";

    [Params(1, 32)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (int inputs, int units) = Networks.Sizes(IxH);
        _network = Networks.Of(Cell, inputs, units, layers: 2);
        (_tape, _naive, _tensor) = (_network.Plan(Steps, Batch, training: false), new(_network), new(_network));
        (_x, _y) = (Numbers.Normal(1, Steps * Batch * inputs), new float[Steps * Batch * units]);
        Naive();
        float[] expected = [.. _y];
        TensorPrimitives();
        Agreement.Check("TensorPrimitives", expected, _y);
        SpanRnn();
        Agreement.Check("SpanRnn", expected, _y);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tape?.Dispose();
        _network?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => _naive!.Run(Steps, Batch, _x, _y);

    [Benchmark]
    public void TensorPrimitives() => _tensor!.Run(Steps, Batch, _x, _y);

    [Benchmark]
    public void SpanRnn() => _network!.Forward(_tape!, Steps, Batch, [], _x, [], [], _y, [], []);
}
