using System.Diagnostics;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>The tutorial's own run: sequences drawn at random, then generation with the state carried.</summary>
internal sealed class TutorialRun : ITutorialRun
{
    private readonly TutorialTask _task;
    private readonly SequenceModel _model;
    private readonly Trainer _trainer;
    private readonly RandomStream _random = new(1);

    public TutorialRun(TutorialTask task)
    {
        _task = task;
        SequenceModelOptions options = SequenceModelOptions.Language(
            SpanRnnContender.KindOf(task.Kind), task.Classes, TutorialTask.Width, TutorialTask.Width, TutorialTask.Layers);
        _model = new SequenceModel(options with { Recurrent = options.Recurrent with { Bias = Layers.BiasKind.Double } });
        _model.Initialize(1);
        _trainer = new Trainer(_model, new() { Steps = TutorialTask.Steps, Optimizer = new Adam(TutorialTask.LearningRate) });
    }

    public (double Seconds, double Loss) Train(int iterations)
    {
        double loss = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            int at = _random.NextInt32(_task.Text.Length - TutorialTask.Steps - 1);
            loss = _trainer.Step(_task.Text.AsSpan(at, TutorialTask.Steps), _task.Text.AsSpan(at + 1, TutorialTask.Steps));
        }

        return (Stopwatch.GetElapsedTime(start).TotalSeconds, loss);
    }

    public double Generate(int characters)
    {
        var sampler = new TokenSampler(TutorialTask.Temperature, seed: 1);
        float[] logits = new float[_task.Classes];
        long start = Stopwatch.GetTimestamp();
        using SequenceSession session = _model.CreateSession();
        foreach (int token in _task.Prompt)
        {
            session.Step(token, logits);
        }

        for (int i = 0; i < characters; i++)
        {
            session.Step(sampler.Sample(logits), logits);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _model.Dispose();
    }
}
