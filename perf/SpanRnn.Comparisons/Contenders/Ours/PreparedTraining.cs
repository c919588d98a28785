using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>A whole training step: forward, cross-entropy, backward, Adam over every weight.</summary>
/// <remarks>As PyTorch's does, it lets go of the workload's weights once the model has them, and takes the memory of training at the first step.</remarks>
internal sealed class PreparedTraining : IPrepared
{
    private readonly SequenceModel _model;
    private readonly WorkerTeam? _team;
    private readonly Workload _workload;
    private readonly float[] _x;
    private readonly int[] _tokens, _labels;
    private Trainer? _trainer;
    private int _window;

    public PreparedTraining(Workload workload, WorkloadData data, WorkerTeam? team)
    {
        (_workload, _team, _x, _tokens, _labels) = (workload, team, data.X, data.Tokens, data.Labels);
        bool text = workload.Mode == WorkMode.TrainCharLm;
        _model = new SequenceModel(new()
        {
            Vocabulary = text ? workload.Classes : 0,
            Recurrent = SpanRnnContender.OptionsOf(workload),
            Outputs = workload.Classes,
            Head = text ? HeadInput.EveryStep : HeadInput.LastStep,
        });
        SpanRnnContender.Fill(_model.Weights, "rnn.", data);
        if (text)
        {
            _model.Weights["embedding.weight"].CopyFrom(data.Embedding);
        }

        _model.Weights["fc.weight"].CopyFrom(data.Decoder);
        _model.Weights["fc.bias"].CopyFrom(data.DecoderBias);
        _model.Pack();
    }

    public float[] Check() => [.. Enumerable.Range(0, Workload.CheckLosses).Select(_ => (float)Step())];

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            Step();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _trainer?.Dispose();
        _model.Dispose();
    }

    private double Step()
    {
        _trainer ??= new Trainer(
            _model, new() { Steps = _workload.Steps, Batch = _workload.Batch, Optimizer = new Adam(_workload.LearningRate), Team = _team });
        int w = _window++ % _workload.Windows, rows = _workload.Steps * _workload.Batch;
        if (_workload.Mode == WorkMode.TrainCharLm)
        {
            return _trainer.Step(_tokens.AsSpan(w * rows, rows), _labels.AsSpan(w * rows, rows), _workload.Batch);
        }

        ReadOnlySpan<float> x = _x.AsSpan(w * rows * _workload.Input, rows * _workload.Input);
        return _trainer.Step(x, _labels.AsSpan(w * _workload.Batch, _workload.Batch), _workload.Batch);
    }
}
