using BenchmarkDotNet.Attributes;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>A step whose state decayed through 100,000 silent steps, beside one with a lively state: denormals would cost tens of times more.</summary>
[MemoryDiagnoser]
public class SilenceBenchmarks
{
    private const int Units = 128, SilentSteps = 100_000;
    private const float Kept = 2.944439f; // sigmoid(2.944439) = 0.95: above 1/2, where a denormal would stay alive for ever

    private readonly float[] _noise = Numbers.Normal(1, 1), _silence = new float[1], _y = new float[Units];
    private Recurrent? _network;
    private RecurrentSession? _lively, _decayed;

    [Params(CellKind.Rnn, CellKind.Lstm, CellKind.Gru, CellKind.GruResetBefore)]
    public CellKind Cell { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _network = Networks.Of(Cell, 1, Units);
        _network.Weights["weight_hh_l0"].Memory.Clear();
        Span<float> bias = _network.Weights["bias_ih_l0"].Row(0);
        bias.Clear();
        if (Cell == CellKind.Rnn)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                _network.Weights["weight_hh_l0"][unit, unit] = 0.95f;
            }
        }
        else
        {
            bias.Slice(Units, Units).Fill(Kept); // an LSTM's f, a GRU's z
        }

        _network.Pack();
        (_lively, _decayed) = (_network.CreateSession(), _network.CreateSession());
        _lively.Step(_noise, _y);
        _decayed.Step(_noise, _y);
        for (int t = 0; t < SilentSteps; t++)
        {
            _decayed.Step(_silence, _y);
        }

        if (_y.Any(float.IsSubnormal))
        {
            throw new InvalidOperationException("A state is denormal.");
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _lively?.Dispose();
        _decayed?.Dispose();
        _network?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Lively() => _lively!.Step(_noise, _y);

    [Benchmark]
    public void Decayed() => _decayed!.Step(_silence, _y);
}
