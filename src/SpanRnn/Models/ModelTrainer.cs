using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Clipping;
using SpanRnn.Training.Losses;

namespace SpanRnn.Models;

/// <summary>
/// What training is, whatever the model: loss, backward, accumulate, clip, schedule, update. Trainers of a kind of model add how a batch
/// goes in and what the loss sees.
/// </summary>
/// <remarks>
/// A step allocates nothing, and the same seed gives the same bits. A batch whose loss or norm is not finite changes nothing. If nothing is asked of the gradients
/// before weights may change (no clipping, one batch an update), large layers change on the way back: a team that another thread takes meanwhile then leaves
/// some layers a step ahead of the others.
/// </remarks>
public abstract class ModelTrainer : IDisposable
{
    private readonly ITrainedModel _model;
    private readonly ParameterSet _gradients;
    private readonly GlobalNormClipping? _clipNorm;
    private readonly ValueClipping? _clipValue;
    private readonly int[] _targets;
    private readonly float[] _floatTargets;
    private readonly double[] _rowLosses;
    private readonly float[] _normSums;
    private readonly WeightUpdate _update;
    private int _accumulated;

    private protected ModelTrainer(ITrainedModel model, TrainerOptions options, int targetRows, int outputs)
    {
        (_model, Options) = (model, options);
        var random = new RandomStream(options.Seed);
        (Dropout, Sampling) = (random.Fork("dropout"), random.Fork("sampling"));
        _gradients = new ParameterSet(model.Weights.Layout, isUntouched: true); // large layers that are changed on the way back keep none
        _clipNorm = options.MaxGradientNorm is { } norm ? new GlobalNormClipping(norm) { Isa = model.Isa } : null;
        _clipValue = options.MaxGradientValue is { } value ? new ValueClipping(value) { Isa = model.Isa } : null;
        (_targets, _floatTargets) = (new int[targetRows], new float[targetRows * outputs]);
        _rowLosses = new double[options.Team is null ? 0 : targetRows];
        _normSums = new float[options.Team is null ? 0 : GlobalNormClipping.ChunksOf(model.Weights.Layout.Length)];
        options.Optimizer.Attach(model.Weights.Layout);
        _update = new WeightUpdate(options.Optimizer, model.Weights, _gradients, model.PackedLayers.Count);
    }

    /// <summary>How the model is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Updates so far.</summary>
    public long StepCount => Options.Optimizer.StepCount;

    /// <summary>Batches whose gradients wait for the next update; 0 unless <see cref="TrainerOptions.AccumulatedBatches"/> is above 1.</summary>
    public int PendingBatches => _accumulated;

    /// <summary>The gradients' global norm before clipping at the last update; NaN if it is not clipped by norm.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>The loss for steps with classes as targets.</summary>
    public SoftmaxCrossEntropy ClassLoss { get; init; } = new();

    /// <summary>The loss for steps with numbers as targets.</summary>
    public ElementLoss NumberLoss { get; init; } = new MeanSquaredError();

    internal bool IsDisposed { get; private set; }

    internal ITrainedModel TrainedModel => _model;

    /// <summary>The last batch's gradients; of the matrices of layers that were changed on the way back only what the last blocks left there.</summary>
    internal ParameterSet Gradients => _gradients;

    internal RandomStream Dropout { get; }

    /// <summary>Where scheduled sampling draws from.</summary>
    internal RandomStream Sampling { get; }

    /// <summary>States carried from batch to batch, in the user's order.</summary>
    internal float[] Hidden { get; private protected init; } = [];

    internal float[] Cell { get; private protected init; } = [];

    /// <summary>Returns the memory to the pool; the model stays.</summary>
    public void Dispose()
    {
        DisposeTapes();
        _gradients.Dispose();
        Options.Optimizer.Dispose();
        IsDisposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Goes on from a checkpoint, whose weights, moments and states are in place.</summary>
    internal void Resume(long step, double learningRate, double weightDecay)
    {
        _accumulated = 0;
        Options.Optimizer.StepCount = step;
        Options.Optimizer.LearningRate = learningRate;
        Options.Optimizer.WeightDecay = weightDecay;
    }

    private protected abstract void DisposeTapes();

    /// <summary>
    /// From d loss / d logits, in the place of the logits, to the weights' gradients. Layers may be changed by the update at once, if there is one; their
    /// gradients are then not kept.
    /// </summary>
    private protected abstract void Backward(ParameterSet gradients, bool accumulate, IWeightUpdate? update);

    /// <summary>The loss is known to be finite: what the next batch starts from may be kept.</summary>
    private protected virtual void KeepStates()
    {
    }

    /// <summary>The loss of classes, and with <paramref name="wantsGradients"/> its gradients in the place of the logits.</summary>
    /// <param name="logits">Packed rows.</param>
    /// <param name="outputs">Numbers of a row.</param>
    /// <param name="userRows">For each packed row the target's.</param>
    /// <param name="targets">In the user's order.</param>
    /// <param name="wantsGradients">Whether the logits are replaced.</param>
    private protected LossResult LossOf(RowView logits, int outputs, ReadOnlySpan<int> userRows, ReadOnlySpan<int> targets, bool wantsGradients)
    {
        for (int row = 0; row < userRows.Length; row++)
        {
            _targets[row] = targets[userRows[row]];
        }

        Span<float> all = logits[0, logits.Count * logits.Stride];
        RowShape shape = new(logits.Count, outputs, logits.Stride);
        ReadOnlySpan<int> sorted = _targets.AsSpan(0, logits.Count);
        return wantsGradients ? ClassLoss.LossAndGradients(all, sorted, shape, all, LossThreads) : ClassLoss.Loss(all, sorted, shape);
    }

    /// <summary>The loss of numbers, and with <paramref name="wantsGradients"/> its gradients in the place of the outputs.</summary>
    private protected LossResult LossOf(RowView logits, int outputs, ReadOnlySpan<int> userRows, ReadOnlySpan<float> targets, bool wantsGradients)
    {
        for (int row = 0; row < userRows.Length; row++)
        {
            targets.Slice(userRows[row] * outputs, outputs).CopyTo(_floatTargets.AsSpan(row * outputs));
        }

        Span<float> all = logits[0, logits.Count * logits.Stride];
        RowShape shape = new(logits.Count, outputs, logits.Stride) { TargetStride = outputs };
        return wantsGradients
            ? NumberLoss.LossAndGradients(all, _floatTargets, [], shape, all, LossThreads)
            : NumberLoss.Loss(all, _floatTargets, [], shape);
    }

    /// <summary>Backward, and when enough batches were seen, clip and update.</summary>
    private protected double Finish(LossResult loss)
    {
        if (!double.IsFinite(loss.Total))
        {
            throw new TrainingDivergedException("The loss", loss.Mean, StepCount);
        }

        KeepStates();
        if (UpdatesAtOnce)
        {
            Begin(scale: 1f);
            _model.Changed();
            Backward(_gradients, accumulate: false, _update);
            _model.Update(_update, Options.Team);
            return loss.Mean;
        }

        Backward(_gradients, accumulate: _accumulated > 0, update: null);
        if (++_accumulated == Options.AccumulatedBatches)
        {
            _accumulated = 0;
            Update();
        }

        return loss.Mean;
    }

    /// <summary>Whether nothing is asked of the gradients before weights may change: no norm of all of them, no further batch.</summary>
    private bool UpdatesAtOnce => _clipNorm is null && _clipValue is null && Options.AccumulatedBatches == 1;

    private LossThreads LossThreads => new(Options.Team, _rowLosses);

    private void Update()
    {
        float scale = 1f / Options.AccumulatedBatches;
        _clipValue?.Clip(_gradients, scale);

        if (_clipNorm is not null)
        {
            ClippedNorm norm = _clipNorm.Measure(_gradients, scale, Options.Team, _normSums);
            GradientNorm = norm.Norm;
            if (!norm.IsFinite)
            {
                throw new TrainingDivergedException("The gradients' norm", norm.Norm, StepCount);
            }

            scale = norm.Scale;
        }

        Begin(scale);
        _model.Update(_update, Options.Team);
    }

    private void Begin(float scale)
    {
        if (Options.Schedule is not null)
        {
            Options.Optimizer.LearningRate = Options.Schedule.At(StepCount);
        }

        _update.Begin(scale);
    }
}
