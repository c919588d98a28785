using System.Globalization;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The training of a model on sequences that are drawn anew for every batch, and its curve.</summary>
/// <param name="model">Disposed with this.</param>
/// <param name="trainer">Disposed with this.</param>
/// <param name="settings">How.</param>
/// <param name="seed">Of the batches.</param>
internal abstract class MemoryTraining(SequenceModel model, Trainer trainer, MemorySettings settings, ulong seed) : SequenceTraining(model, trainer)
{
    private readonly RandomStream _random = new RandomStream(seed).Fork("batches");
    private readonly List<CurvePoint> _curve = [];

    /// <summary>Sequences that looks measure, drawn from a stream of their own.</summary>
    public const int ValidationCount = 200;

    /// <summary>What every look found, the first first.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    public override string Unit => "sequences";

    public override double UnitsPerStep => settings.Batch;

    /// <summary>Where the batches come from, and what was seen so far.</summary>
    public override string Position
    {
        get => $"{RandomPosition.Write(_random.State)}/{string.Join(' ', _curve.Select(Text))}";
        set
        {
            string[] parts = value.Split('/');
            _random.State = RandomPosition.Read(parts[0]);
            _curve.Clear();
            _curve.AddRange(parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Point));
        }
    }

    public override double Step(double part)
    {
        Trainer.Options.Optimizer.LearningRate = settings.LearningRateAt(part);
        return Step(_random);
    }

    public override double? Look()
    {
        double figure = Validate();
        _curve.Add(new CurvePoint(Trainer.StepCount, figure));
        return figure;
    }

    /// <summary>Draws a batch and updates the weights once.</summary>
    protected abstract double Step(RandomStream random);

    /// <summary>Measures the validation sequences.</summary>
    protected abstract double Validate();

    private static string Text(CurvePoint point) => string.Create(CultureInfo.InvariantCulture, $"{point.Iteration}:{point.Figure:R}");

    private static CurvePoint Point(string text)
    {
        string[] parts = text.Split(':');
        return new CurvePoint(long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
