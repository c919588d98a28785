using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>The training of a classifier of images, read row by row.</summary>
internal sealed class MnistTraining : SequenceTraining
{
    private readonly MnistImages _images;
    private readonly MnistSettings _settings;
    private readonly EpochOrder _order;
    private readonly RandomStream _shifts;
    private readonly float[] _x;
    private readonly int[] _targets;

    private MnistTraining(MnistImages images, MnistSettings settings, ulong seed, SequenceModel model, Trainer trainer) : base(model, trainer)
    {
        (_images, _settings) = (images, settings);
        _order = new EpochOrder(images.Count, settings.Batch, seed);
        _shifts = new RandomStream(seed).Fork("shifts");
        _x = new float[MnistImages.Side * MnistImages.Side * settings.Batch];
        _targets = new int[settings.Batch];
    }

    public override Measure Measure => Measure.Accuracy;

    public override string Unit => "images";

    public override double UnitsPerStep => _images.Count / (double)_order.BatchesPerEpoch;

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    public override string Position
    {
        get => $"{_order.Position}/{RandomPosition.Write(_shifts.State)}";
        set
        {
            string[] parts = value.Split('/');
            (_order.Position, _shifts.State) = (parts[0], RandomPosition.Read(parts[1]));
        }
    }

    /// <summary>A new model and what it is trained on.</summary>
    public static MnistTraining Begin(MnistImages images, Contender contender, MnistSettings settings, WorkerTeam? team = null)
    {
        var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new()
            {
                Cell = contender.Cell,
                InputSize = MnistImages.Side,
                HiddenSizes = Layers.RecurrentOptions.Sizes(settings.Hidden, settings.Layers),
                Dropout = (float)settings.Dropout,
                Bidirectional = contender.Bidirectional,
            },
            Outputs = 10,
            Head = HeadInput.LastStep,
        });
        model.Initialize(
            contender.Seed, settings.Initializers, DenseInitializers.PyTorch(model.Options.Recurrent.OutputSize), Initializer.PyTorchEmbedding);
        return new MnistTraining(images, settings, contender.Seed, model, new Trainer(model, new TrainerOptions
        {
            Steps = MnistImages.Side,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity, // measured at least: NaN must not pass
            Seed = contender.Seed,
            Team = team,
        })
        {
            ClassLoss = new SoftmaxCrossEntropy(labelSmoothing: settings.Smoothing),
        });
    }

    public override double Step(double part)
    {
        ReadOnlySpan<int> batch = _order.Next();
        for (int b = 0; b < batch.Length; b++)
        {
            _images.Write(batch[b], Draw(), Draw(), _x, b, batch.Length);
            _targets[b] = _images.Label(batch[b]);
        }

        Trainer.Options.Optimizer.LearningRate = _settings.LearningRateAt(part);
        return Trainer.Step(_x.AsSpan(0, MnistImages.Side * MnistImages.Side * batch.Length), _targets.AsSpan(0, batch.Length), batch.Length);
    }

    /// <summary>Nothing is kept from training to choose weights by: the last are taken.</summary>
    public override double? Look() => null;

    private int Draw() => _settings.Shift == 0 ? 0 : _shifts.NextInt32(2 * _settings.Shift + 1) - _settings.Shift;
}
