using BenchmarkDotNet.Attributes;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>Sequences of 10 to 90 steps beside as many of 50: the same rows, and what their packing costs.</summary>
[MemoryDiagnoser]
public class LengthBenchmarks
{
    private const int Inputs = 64, Units = 128, Batch = 32, Equal = 50, Longest = 90;

    private readonly int[] _lengths = [.. Enumerable.Range(0, Batch).Select(b => b % 2 == 0 ? Equal + 40 - 5 * (b / 4) : Equal - 40 + 5 * (b / 4))];
    private float[] _x = [], _y = [], _dx = [];
    private Recurrent? _network;
    private RecurrentTape? _tape;
    private SpanRnn.Parameters.ParameterSet? _gradients;

    [Params(CellKind.Rnn, CellKind.Lstm, CellKind.Gru)]
    public CellKind Cell { get; set; }

    [Params(false, true)]
    public bool Training { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _network = Networks.Of(Cell, Inputs, Units, layers: 2);
        (_tape, _gradients) = (_network.Plan(Longest, Batch, Training), _network.CreateGradients());
        (_x, _y, _dx) = (Numbers.Normal(1, Longest * Batch * Inputs), new float[Longest * Batch * Units], new float[Longest * Batch * Inputs]);
        if (_lengths.Sum() != Equal * Batch)
        {
            throw new InvalidOperationException($"Expected {Equal * Batch} rows, found {_lengths.Sum()}.");
        }

        // A sequence does not depend on the others' lengths.
        EqualLengths();
        float[] expected = [.. _y];
        VariableLengths();
        for (int b = 0; b < Batch; b++)
        {
            int row = (Math.Min(_lengths[b], Equal) - 1) * Batch + b;
            Agreement.Check($"sequence {b}", expected.AsSpan(row * Units, Units), _y.AsSpan(row * Units, Units), 0f);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tape?.Dispose();
        _gradients?.Dispose();
        _network?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void EqualLengths() => Run(Equal, []);

    [Benchmark]
    public void VariableLengths() => Run(Longest, _lengths);

    private void Run(int steps, ReadOnlySpan<int> lengths)
    {
        Span<float> x = _x.AsSpan(0, steps * Batch * Inputs), y = _y.AsSpan(0, steps * Batch * Units);
        _network!.Forward(_tape!, steps, Batch, lengths, x, [], [], y, [], []);
        if (Training)
        {
            _network.Backward(_tape!, y, [], [], _gradients!, accumulate: false, _dx.AsSpan(0, x.Length), [], []);
        }
    }
}
