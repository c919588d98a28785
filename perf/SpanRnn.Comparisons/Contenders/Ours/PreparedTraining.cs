using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>A whole training step: forward, cross-entropy, backward, Adam over every weight.</summary>
internal sealed class PreparedTraining : IPrepared
{
    private readonly SequenceModel _model;
    private readonly Trainer _trainer;
    private readonly Workload _workload;
    private readonly WorkloadData _data;
    private int _window;

    public PreparedTraining(Workload workload, WorkloadData data, WorkerTeam? team)
    {
        (_workload, _data) = (workload, data);
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
        _trainer = new Trainer(
            _model, new() { Steps = workload.Steps, Batch = workload.Batch, Optimizer = new Adam(workload.LearningRate), Team = team });
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
        _trainer.Dispose();
        _model.Dispose();
    }

    private double Step()
    {
        int w = _window++ % _workload.Windows, rows = _workload.Steps * _workload.Batch;
        if (_workload.Mode == WorkMode.TrainCharLm)
        {
            return _trainer.Step(_data.Tokens.AsSpan(w * rows, rows), _data.Labels.AsSpan(w * rows, rows), _workload.Batch);
        }

        ReadOnlySpan<float> x = _data.X.AsSpan(w * rows * _workload.Input, rows * _workload.Input);
        return _trainer.Step(x, _data.Labels.AsSpan(w * _workload.Batch, _workload.Batch), _workload.Batch);
    }
}
