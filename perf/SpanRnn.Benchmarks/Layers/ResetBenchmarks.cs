using BenchmarkDotNet.Attributes;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>A GRU with its reset gate before the product beside the one after it: the same multiply-adds, in two products instead of one.</summary>
[MemoryDiagnoser]
public class ResetBenchmarks
{
    private const int Steps = 50;

    private float[] _x = [], _y = [], _dx = [];
    private Way? _after, _before;

    [Params("40x64", "128x256")]
    public string IxH { get; set; } = "";

    [Params(1, 32)]
    public int Batch { get; set; }

    [Params("steps", "sequence", "training")]
    public string Work { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        (int inputs, int units) = Networks.Sizes(IxH);
        int rows = Steps * Batch;
        (_x, _dx, _y) = (Numbers.Normal(1, rows * inputs), new float[rows * inputs], new float[rows * units]);
        (_after, _before) = (new Way(CellKind.Gru, inputs, units, Batch), new Way(CellKind.GruResetBefore, inputs, units, Batch));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _after?.Dispose();
        _before?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void After() => Of(_after!);

    [Benchmark]
    public void Before() => Of(_before!);

    private void Of(Way way)
    {
        if (Work == "steps")
        {
            int inputs = _x.Length / (Steps * Batch), units = _y.Length / (Steps * Batch);
            for (int t = 0; t < Steps; t++) // of one sequence, whatever the batch
            {
                way.Session.Step(_x.AsSpan(t * inputs, inputs), _y.AsSpan(t * units, units));
            }

            return;
        }

        way.Network.Forward(way.Tape, Steps, Batch, [], _x, [], [], _y, [], []);
        if (Work == "training")
        {
            way.Network.Backward(way.Tape, _y, [], [], way.Gradients, accumulate: false, _dx, [], []);
        }
    }

    private sealed class Way(CellKind cell, int inputs, int units, int batch) : IDisposable
    {
        private RecurrentTape? _tape;
        private RecurrentSession? _session;
        private SpanRnn.Parameters.ParameterSet? _gradients;

        public Recurrent Network { get; } = Networks.Of(cell, inputs, units);

        public RecurrentTape Tape => _tape ??= Network.Plan(Steps, batch);

        public RecurrentSession Session => _session ??= Network.CreateSession();

        public SpanRnn.Parameters.ParameterSet Gradients => _gradients ??= Network.CreateGradients();

        public void Dispose()
        {
            _tape?.Dispose();
            _session?.Dispose();
            _gradients?.Dispose();
            Network.Dispose();
        }
    }
}
