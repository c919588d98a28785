using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Benchmarks.Kernels;

/// <summary>An LSTM's pointwise functions over 16 rows, each with the copy of what it replaces.</summary>
[MemoryDiagnoser]
public class CellBenchmarks
{
    private const int Rows = 16;

    private float[] _a = [], _gates = [], _previousC = [], _c = [], _tanhC = [], _h = [], _dh = [], _dc = [], _blocks = [];
    private Slab? _tape, _states;

    [Params(64, 256)]
    public int H { get; set; }

    [Params("forward", "backward")]
    public string Pass { get; set; } = "";

    private int Floats => Rows * H;

    [GlobalSetup]
    public void Setup()
    {
        (_a, _gates) = (Numbers.Normal(1, 4 * Floats), new float[4 * Floats]);
        (_previousC, _c, _tanhC, _h) = (Numbers.Normal(2, Floats), new float[Floats], new float[Floats], new float[Floats]);
        (_dh, _dc) = (Numbers.Normal(3, Floats), Numbers.Normal(4, Floats));
        if (Pass == "backward")
        {
            NaiveMath.Sigmoid(_a, _a);
            NaiveMath.Tanh(_previousC, _tanhC);
        }

        (_tape, _states) = (Slab.Rent(4 * Floats), Slab.Rent(6 * Floats));
        _blocks = new float[4 * Floats];
        for (int i = 0; i < _a.Length; i++)
        {
            _blocks[At(i)] = _a[i];
        }

        SpanRnn();
        float[] found = [.. Enumerable.Range(0, _a.Length).Select(i => _tape.Span[At(i)])];
        Naive();
        Agreement.Check("naive", _gates, found, 1e-5f);
        TensorPrimitives();
        Agreement.Check("TensorPrimitives", _gates, found, 1e-5f);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _tape?.Dispose();
        _states?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => Run<NaiveMath>();

    [Benchmark]
    public void TensorPrimitives() => Run<TensorMath>();

    [Benchmark]
    public void SpanRnn()
    {
        _blocks.CopyTo(_tape!.Span);
        Copy(_previousC, 0);
        if (Pass == "forward")
        {
            var forward = new CellForward<Lstm>
            {
                Rows = new CellRows
                {
                    A = ref _tape.Origin,
                    AStride = Lstm.Slots * H,
                    PreviousH = ref State(1),
                    PreviousC = ref State(0),
                    NextH = ref State(2),
                    NextC = ref State(3),
                    Extra = ref State(4),
                    Count = Rows,
                    Units = H,
                },
                Blocks = new BlockRange(0, H / Block.Size),
            };
            Isa.Best.Run(ref forward);
            return;
        }

        Copy(_dh, 1);
        Copy(_dc, 2);
        Copy(_tanhC, 3);
        var backward = new CellBackward<Lstm>
        {
            A = ref _tape.Origin,
            PreviousH = ref State(5),
            PreviousC = ref State(0),
            Extra = ref State(3),
            DNextH = ref State(1),
            DPreviousH = ref State(4),
            DC = ref State(2),
            Rows = Rows,
            AStride = Lstm.Slots * H,
            Units = H,
            Blocks = new BlockRange(0, H / Block.Size),
        };
        Isa.Best.Run(ref backward);
    }

    private void Run<TMath>() where TMath : struct, IMath
    {
        _a.CopyTo(_gates, 0);
        _dc.CopyTo(_c, 0);
        for (int row = 0; row < Rows; row++)
        {
            Span<float> gates = _gates.AsSpan(row * 4 * H, 4 * H), c = Row(_c, row), tanhC = Row(_tanhC, row);
            if (Pass == "forward")
            {
                TMath.LstmForward(gates, Row(_previousC, row), c, tanhC, Row(_h, row));
            }
            else
            {
                TMath.LstmBackward(gates, tanhC, Row(_previousC, row), Row(_dh, row), c);
            }
        }
    }

    /// <summary>Where gate-major number i, [row, gate, unit], lies in rows of blocks of four gates.</summary>
    private int At(int i)
    {
        int row = i / (4 * H), gate = i / H % 4, unit = i % H;
        return row * 4 * H + (unit / Block.Size * 4 + gate) * Block.Size + unit % Block.Size;
    }

    private Span<float> Row(float[] rows, int row) => rows.AsSpan(row * H, H);

    private void Copy(float[] from, int slot) => from.CopyTo(_states!.Span[(slot * Floats)..]);

    private ref float State(int slot) => ref System.Runtime.CompilerServices.Unsafe.Add(ref _states!.Origin, slot * Floats);
}
