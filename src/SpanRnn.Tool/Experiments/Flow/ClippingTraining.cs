using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Experiments.Memory;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>Plain gradient descent on the adding problem with an RNN whose gradients explode, and the norms it meets.</summary>
internal sealed class ClippingTraining : SequenceTraining
{
    /// <summary>T of the adding problem.</summary>
    public const int Steps = 30;

    /// <summary>Sequences of a batch.</summary>
    public const int Batch = 20;

    private readonly AddingTask _task = new(Steps);
    private readonly RandomStream _random;
    private readonly float[] _x = new float[Steps * Batch * AddingTask.Inputs], _sums = new float[Batch];
    private readonly float[][] _before;
    private readonly List<double> _losses = [], _normsBefore = [], _normsAfter = [];

    private ClippingTraining(SequenceModel model, Trainer trainer, ulong seed) : base(model, trainer)
    {
        _random = new RandomStream(seed).Fork("batches");
        _before = [.. model.Weights.Layout.Tensors.Select(tensor => new float[tensor.Count])];
    }

    public override Measure Measure => AddingTraining.Error;

    public override string Unit => "sequences";

    public override double UnitsPerStep => Batch;

    public override string Position
    {
        get => RandomPosition.Write(_random.State);
        set => _random.State = RandomPosition.Read(value);
    }

    public IReadOnlyList<double> Losses => _losses;

    public IReadOnlyList<double> NormsBefore => _normsBefore;

    public IReadOnlyList<double> NormsAfter => _normsAfter;

    /// <summary>A new model; clip null: gradients are measured, not clipped.</summary>
    public static ClippingTraining Begin(FlowSettings settings, double? clip, WorkerTeam? team = null)
    {
        var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new() { Cell = FlowCell.Exploding.Cell, InputSize = AddingTask.Inputs, HiddenSizes = [settings.Hidden] },
            Outputs = 1,
            Head = HeadInput.LastStep,
        });
        model.Initialize(settings.Seed, FlowCell.Exploding.Initializers, DenseInitializers.PyTorch(settings.Hidden), Initializer.Zeros);
        FlowCell.Exploding.Finish(model.Weights["rnn.weight_hh_l0"], model.Weights["rnn.bias_ih_l0"], Steps, settings.Seed);
        model.Pack();
        var trainer = new Trainer(model, new TrainerOptions
        {
            Steps = Steps,
            Batch = Batch,
            Team = team,
            Optimizer = new Sgd(settings.LearningRate),
            MaxGradientNorm = clip ?? double.PositiveInfinity,
        });
        return new ClippingTraining(model, trainer, settings.Seed);
    }

    public override double Step(double part)
    {
        for (int i = 0; i < _before.Length; i++)
        {
            Weights[i].CopyTo(_before[i]);
        }

        _task.Draw(_random, _x, _sums);
        double loss = Trainer.Step(_x, _sums, Batch);
        _losses.Add(loss);
        _normsBefore.Add(Trainer.GradientNorm);
        _normsAfter.Add(Moved() / Trainer.Options.Optimizer.LearningRate);
        return loss;
    }

    /// <summary>Nothing is chosen here.</summary>
    public override double? Look() => null;

    private double Moved()
    {
        double squares = 0;
        for (int i = 0; i < _before.Length; i++)
        {
            var now = new float[_before[i].Length];
            Weights[i].CopyTo(now);
            for (int k = 0; k < now.Length; k++)
            {
                double moved = (double)now[k] - _before[i][k];
                squares += moved * moved;
            }
        }

        return Math.Sqrt(squares);
    }
}
