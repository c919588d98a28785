using BenchmarkDotNet.Attributes;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>A bidirectional layer beside two layers in one direction over the same input.</summary>
[MemoryDiagnoser]
public class DirectionBenchmarks
{
    private const int Inputs = 128, Units = 256, Steps = 50;

    private float[] _x = [], _y = [], _both = [], _dx = [];
    private Recurrent? _one, _two;
    private RecurrentTape? _tape, _tapeOfTwo;
    private SpanRnn.Parameters.ParameterSet? _gradients, _gradientsOfTwo;

    [Params(CellKind.Rnn, CellKind.Lstm, CellKind.Gru)]
    public CellKind Cell { get; set; }

    [Params(1, 16)]
    public int Batch { get; set; }

    [Params(false, true)]
    public bool Training { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_one, _two) = (Networks.Of(Cell, Inputs, Units), Networks.Of(Cell, Inputs, Units, bidirectional: true));
        (_tape, _tapeOfTwo) = (_one.Plan(Steps, Batch, Training), _two.Plan(Steps, Batch, Training));
        (_gradients, _gradientsOfTwo) = (_one.CreateGradients(), _two.CreateGradients());
        int rows = Steps * Batch;
        (_x, _dx, _y, _both) = (Numbers.Normal(1, rows * Inputs), new float[rows * Inputs], new float[rows * Units], new float[2 * rows * Units]);
        TwiceOneDirection();
        Bidirectional();
        for (int row = 0; row < rows; row++)
        {
            Agreement.Check($"row {row}, forwards", _y.AsSpan(row * Units, Units), _both.AsSpan(2 * row * Units, Units), 0f);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (IDisposable? item in (IDisposable?[])[_tape, _tapeOfTwo, _gradients, _gradientsOfTwo, _one, _two])
        {
            item?.Dispose();
        }
    }

    [Benchmark(Baseline = true)]
    public void TwiceOneDirection()
    {
        Run(_one!, _tape!, _y, _gradients!);
        Run(_one!, _tape!, _y, _gradients!);
    }

    [Benchmark]
    public void Bidirectional() => Run(_two!, _tapeOfTwo!, _both, _gradientsOfTwo!);

    private void Run(Recurrent network, RecurrentTape tape, float[] y, SpanRnn.Parameters.ParameterSet gradients)
    {
        network.Forward(tape, Steps, Batch, [], _x, [], [], y, [], []);
        if (Training)
        {
            network.Backward(tape, y, [], [], gradients, accumulate: false, _dx, [], []);
        }
    }
}
