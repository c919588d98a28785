using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>The training of a model that forecasts the next month in each month.</summary>
internal sealed class ForecastTraining : SequenceTraining
{
    private readonly ForecastSettings _settings;
    private readonly EpochOrder _order;
    private readonly float[] _x, _targets;
    private readonly double _lastLearningRate;

    private ForecastTraining(TimeSeries series, ForecastSettings settings, Transformation transformation, int steps, int starts, ulong seed, SequenceModel model, Trainer trainer)
        : base(model, trainer)
    {
        (Series, Transformation, Steps, _settings) = (series, transformation, steps, settings);
        _order = new EpochOrder(starts, settings.Batch, seed);
        _x = new float[steps * settings.Batch * transformation.InputSize];
        _targets = new float[steps * settings.Batch];
        _lastLearningRate = settings.Falls ? 0 : settings.LearningRate;
    }

    public TimeSeries Series { get; }

    public Transformation Transformation { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    public override Measure Measure => Measure.Rmse();

    public override string Unit => "months";

    public override double UnitsPerStep => Steps * _settings.Batch;

    public override string Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    /// <summary>Updates of the whole training.</summary>
    public long Iterations => Math.Max(1, (long)Math.Round(_settings.Epochs * _order.BatchesPerEpoch));

    /// <summary>A new model and what it is trained on.</summary>
    public static ForecastTraining Begin(TimeSeries series, Contender contender, ForecastSettings settings, WorkerTeam? team = null)
    {
        var transformation = new Transformation(series, settings);
        int targets = series.TrainingCount - transformation.First - 1, steps = Math.Min(settings.Steps, targets);
        var model = new SequenceModel(new SequenceModelOptions
        {
            Recurrent = new() { Cell = contender.Cell, InputSize = transformation.InputSize, HiddenSizes = [settings.Hidden] },
            Outputs = 1,
        });
        model.Initialize(
            contender.Seed, _ => RecurrentInitializers.Keras.WithForgetBias(), DenseInitializers.Keras, Initializer.PyTorchEmbedding);
        return new ForecastTraining(series, settings, transformation, steps, targets - steps + 1, contender.Seed, model, new Trainer(model, new TrainerOptions
        {
            Steps = steps,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = double.PositiveInfinity, // measured at least: NaN must not pass
            Seed = contender.Seed,
            Team = team,
        }));
    }

    public override double Step(double part)
    {
        ReadOnlySpan<int> batch = _order.Next();
        int size = Transformation.InputSize;
        for (int b = 0; b < batch.Length; b++)
        {
            int first = Transformation.First + batch[b];
            for (int t = 0; t < Steps; t++)
            {
                Transformation.Input(first + t, _x.AsSpan((t * batch.Length + b) * size, size));
                _targets[t * batch.Length + b] = (float)Transformation.Target(first + t + 1);
            }
        }

        Trainer.Options.Optimizer.LearningRate =
            _lastLearningRate + (_settings.LearningRate - _lastLearningRate) * (1 + Math.Cos(Math.PI * part)) / 2;
        return Trainer.Step(_x.AsSpan(0, Steps * batch.Length * size), _targets.AsSpan(0, Steps * batch.Length), batch.Length);
    }

    /// <summary>Nothing is kept from training to choose weights by: the last are taken.</summary>
    public override double? Look() => null;

    /// <summary>
    /// Walks through the whole series: in each month the model reads what is known then and answers for the next; its weights stay. Index t
    /// has the forecast of month t, NaN before the first.
    /// </summary>
    public double[] Forecasts()
    {
        var forecasts = new double[Series.Values.Length];
        forecasts.AsSpan().Fill(double.NaN);
        using SequenceSession session = Model.CreateSession();
        Span<float> x = stackalloc float[Transformation.InputSize], answer = stackalloc float[1];
        for (int t = Transformation.First; t + 1 < forecasts.Length; t++)
        {
            if (Steps == 1)
            {
                session.Reset();
            }

            Transformation.Input(t, x);
            session.Step(x, answer);
            forecasts[t + 1] = Transformation.Value(t + 1, answer[0]);
        }

        return forecasts;
    }
}
