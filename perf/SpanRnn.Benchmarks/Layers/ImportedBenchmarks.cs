using BenchmarkDotNet.Attributes;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>A stack written as ONNX and imported, beside the stack itself: one step, and a sequence of 50.</summary>
[MemoryDiagnoser]
public class ImportedBenchmarks
{
    private const int Steps = 50;

    private float[] _x = [], _y = [];
    private Recurrent? _native;
    private RecurrentTape? _tape;
    private RecurrentSession? _session;
    private ImportedModel? _imported;
    private ImportedRun? _run;
    private ImportedSession? _importedSession;

    [Params(CellKind.Lstm, CellKind.Gru)]
    public CellKind Cell { get; set; }

    [Params("1x16", "40x64", "128x256")]
    public string IxH { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        (int inputs, int units) = Networks.Sizes(IxH);
        _native = Networks.Of(Cell, inputs, units);
        _tape = _native.Plan(Steps, 1, training: false);
        _session = _native.CreateSession();
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.onnx");
        OnnxWriter.Save(file, _native);
        _imported = ImportedModel.Open(file);
        File.Delete(file);
        (_run, _importedSession) = (_imported.Plan(Steps, 1), _imported.CreateSession());
        (_x, _y) = (Numbers.Normal(1, Steps * inputs), new float[Steps * units]);
        NativeRun();
        float[] expected = [.. _y];
        ImportedSequence();
        Agreement.Check("imported", expected, _y);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (IDisposable? part in (IDisposable?[])[_run, _importedSession, _imported, _tape, _session, _native])
        {
            part?.Dispose();
        }
    }

    [Benchmark(Baseline = true)]
    public void NativeStep() => _session!.Step(_x.AsSpan(0, _native!.InputSize), _y.AsSpan(0, _native.OutputSize));

    [Benchmark]
    public void ImportedStep() => _importedSession!.Step(_x.AsSpan(0, _native!.InputSize), _y.AsSpan(0, _native.OutputSize));

    [Benchmark]
    public void NativeRun() => _native!.Forward(_tape!, Steps, 1, [], _x, [], [], _y, [], []);

    [Benchmark]
    public void ImportedSequence() => _run!.Run(Steps, 1, [], _x, _y);
}
