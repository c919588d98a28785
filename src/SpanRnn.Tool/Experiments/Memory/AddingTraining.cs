using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The training of a model that adds the marked numbers: two inputs, a layer, one output after the last step.</summary>
internal sealed class AddingTraining : MemoryTraining
{
    private readonly AddingTask _task;
    private readonly AddingSequences _validation;
    private readonly float[] _x, _sums;

    private AddingTraining(AddingTask task, AddingSequences validation, MemorySettings settings, ulong seed, SequenceModel model, Trainer trainer)
        : base(model, trainer, settings, seed)
    {
        (_task, _validation) = (task, validation);
        _x = new float[task.Steps * settings.Batch * AddingTask.Inputs];
        _sums = new float[settings.Batch];
    }

    /// <summary>Mean squared error.</summary>
    public static Measure Error { get; } = new("meanSquaredError", "mean squared error", "", HigherIsBetter: false) { Digits = 6 };

    public override Measure Measure => Error;

    /// <summary>A new model and what it is trained on.</summary>
    public static AddingTraining Begin(AddingTask task, AddingSequences validation, Contender contender, MemorySettings settings, WorkerTeam? team = null)
    {
        var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new() { Cell = contender.Cell, InputSize = AddingTask.Inputs, HiddenSizes = [settings.Hidden] },
            Outputs = 1,
            Head = HeadInput.LastStep,
        });
        settings.Initialize(model, contender.Seed, task.Steps);
        return new AddingTraining(task, validation, settings, contender.Seed, model, new Trainer(model, settings.Trainer(task.Steps, team)));
    }

    protected override double Step(RandomStream random)
    {
        _task.Draw(random, _x, _sums);
        return Trainer.Step(_x, _sums, _sums.Length);
    }

    protected override double Validate() => _validation.Measure(Model).Error;
}
