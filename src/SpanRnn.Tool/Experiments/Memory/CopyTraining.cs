using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The training of a model that says again what it was told: ten inputs, a layer, nine classes at every step.</summary>
internal sealed class CopyTraining : MemoryTraining
{
    private readonly CopyTask _task;
    private readonly CopySequences _validation;
    private readonly float[] _x;
    private readonly int[] _targets;
    private readonly int _batch;

    private CopyTraining(CopyTask task, CopySequences validation, MemorySettings settings, ulong seed, SequenceModel model, Trainer trainer)
        : base(model, trainer, settings, seed)
    {
        (_task, _validation, _batch) = (task, validation, settings.Batch);
        _x = new float[task.Steps * settings.Batch * CopyTask.Inputs];
        _targets = new int[task.Steps * settings.Batch];
    }

    /// <summary>In nats, the mean over all steps.</summary>
    public static Measure CrossEntropy { get; } = new("crossEntropy", "cross-entropy", "", HigherIsBetter: false) { Digits = 5 };

    public override Measure Measure => CrossEntropy;

    /// <summary>A new model and what it is trained on.</summary>
    public static CopyTraining Begin(CopyTask task, CopySequences validation, Contender contender, MemorySettings settings, WorkerTeam? team = null)
    {
        var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new() { Cell = contender.Cell, InputSize = CopyTask.Inputs, HiddenSizes = [settings.Hidden] },
            Outputs = CopyTask.Classes,
        });
        settings.Initialize(model, contender.Seed, task.Recall);
        return new CopyTraining(task, validation, settings, contender.Seed, model, new Trainer(model, settings.Trainer(task.Steps, team)));
    }

    protected override double Step(RandomStream random)
    {
        _task.Draw(random, _x, _targets, _batch);
        return Trainer.Step(_x, _targets, _batch);
    }

    protected override double Validate() => _validation.Measure(Model).CrossEntropy;
}
