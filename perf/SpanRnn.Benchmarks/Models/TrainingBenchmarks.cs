using BenchmarkDotNet.Attributes;
using SpanRnn.Benchmarks.Reference;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Benchmarks.Models;

/// <summary>Training steps of LSTM models: forward, backward through time and Adam.</summary>
/// <remarks>mnist: rows of an image, 2 x 128 units, batch 100, ten classes at the end. char: 64 characters, 64 wide, 128 units, 50 steps, batch 8.</remarks>
[MemoryDiagnoser]
public class TrainingBenchmarks
{
    private const double LearningRate = 1e-3;

    private float[] _x = [];
    private int[] _tokens = [], _targets = [];
    private SequenceModel? _model;
    private Trainer? _trainer;
    private ReferenceTrainer<NaiveMath>? _naive;
    private ReferenceTrainer<TensorMath>? _tensor;

    [Params("mnist", "char")]
    public string Shape { get; set; } = "";

    private int Steps => Shape == "mnist" ? 28 : 50;

    private int Batch => Shape == "mnist" ? 100 : 8;

    [GlobalSetup]
    public void Setup()
    {
        SequenceModelOptions options = Shape == "mnist"
            ? new() { Recurrent = new() { InputSize = 28, HiddenSizes = [128, 128] }, Outputs = 10, Head = HeadInput.LastStep }
            : SequenceModelOptions.Language(CellKind.Lstm, vocabulary: 64, embedding: 64, hidden: 128);
        _model = new SequenceModel(options);
        _model.Initialize(1);
        (_naive, _tensor) = (new(_model, Steps, Batch, LearningRate), new(_model, Steps, Batch, LearningRate));
        _trainer = new Trainer(_model, new TrainerOptions { Steps = Steps, Batch = Batch, Optimizer = new Adam(LearningRate) });
        _x = Numbers.Normal(1, Steps * Batch * 28);
        _tokens = Numbers.Below(64, 2, Steps * Batch);
        _targets = Shape == "mnist" ? Numbers.Below(10, 3, Batch) : Numbers.Below(64, 3, Steps * Batch);
        for (int step = 0; step < 3; step++) // the second and third loss say that the updates agree
        {
            double expected = Naive();
            Agreement.Check($"TensorPrimitives, step {step}", expected, TensorPrimitives());
            Agreement.Check($"SpanRnn, step {step}", expected, SpanRnn());
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _trainer?.Dispose();
        _model?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public double Naive() => Shape == "mnist" ? _naive!.Step(_x, _targets) : _naive!.Step(_tokens, _targets);

    [Benchmark]
    public double TensorPrimitives() => Shape == "mnist" ? _tensor!.Step(_x, _targets) : _tensor!.Step(_tokens, _targets);

    [Benchmark]
    public double SpanRnn() => Shape == "mnist" ? _trainer!.Step(_x, _targets, Batch) : _trainer!.Step(_tokens, _targets, Batch);
}
