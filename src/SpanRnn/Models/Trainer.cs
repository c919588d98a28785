using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Clipping;
using SpanRnn.Training.Losses;

namespace SpanRnn.Models;

/// <summary>Trains a <see cref="SequenceModel"/> by back-propagation through time: forward, loss, backward, clip, update.</summary>
/// <remarks>
/// Arrays are time-major: tokens and targets [T, B], numbers [T, B, size]; where the head sees whole sequences targets
/// are [B]. A step allocates nothing, and the same seed gives the same bits.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly SequenceTape _tape;
    private readonly ParameterSet _gradients;
    private readonly GlobalNormClipping? _clipNorm;
    private readonly ValueClipping? _clipValue;
    private readonly int[] _targets;
    private readonly float[] _floatTargets;
    private int _accumulated;

    /// <summary>Plans the memory of training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is not positive.</exception>
    public Trainer(SequenceModel model, TrainerOptions options)
    {
        options.Validate();
        (Model, Options) = (model, options);
        Dropout = new RandomStream(options.Seed).Fork("dropout");
        _tape = new SequenceTape(model, options.Steps, options.Batch, training: true);
        _gradients = new ParameterSet(model.Weights.Layout);
        _clipNorm = options.MaxGradientNorm is { } norm ? new GlobalNormClipping(norm) { Isa = model.Isa } : null;
        _clipValue = options.MaxGradientValue is { } value ? new ValueClipping(value) { Isa = model.Isa } : null;
        int rows = model.Options.Head == HeadInput.EveryStep ? _tape.Stack.MaxRows : options.Batch;
        (_targets, _floatTargets) = (new int[rows], new float[rows * model.Options.Outputs]);
        Hidden = new float[options.CarriesState ? options.Batch * StackStates.SizePerSequence(model.Stack, StackStates.Part.Hidden) : 0];
        Cell = new float[options.CarriesState ? options.Batch * StackStates.SizePerSequence(model.Stack, StackStates.Part.Cell) : 0];
        options.Optimizer.Attach(model.Weights.Layout);
    }

    /// <summary>What is trained.</summary>
    public SequenceModel Model { get; }

    /// <summary>How.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Updates so far.</summary>
    public long StepCount => Options.Optimizer.StepCount;

    /// <summary>Batches whose gradients wait for the next update; 0 unless <see cref="TrainerOptions.AccumulatedBatches"/> is above 1.</summary>
    public int PendingBatches => _accumulated;

    /// <summary>The gradients' global norm before clipping at the last update; NaN if it is not clipped by norm.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>The loss for <see cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int})"/> with classes as targets.</summary>
    public SoftmaxCrossEntropy ClassLoss { get; init; } = new();

    /// <summary>The loss for steps with numbers as targets.</summary>
    public ElementLoss NumberLoss { get; init; } = new MeanSquaredError();

    internal bool IsDisposed { get; private set; }

    internal RandomStream Dropout { get; }

    /// <summary>States carried from batch to batch, in the user's order.</summary>
    internal float[] Hidden { get; }

    internal float[] Cell { get; }

    /// <summary>One batch of tokens with classes as targets.</summary>
    /// <param name="tokens">[T, B].</param>
    /// <param name="targets">[T, B], or [B] where the head sees whole sequences: a class, or the loss's ignored index.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <returns>The loss before the update, in nats, its mean over the targets that count.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token or a target does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients' norm is not finite; nothing was changed.</exception>
    public double Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        Begin(tokens.Length / Math.Max(1, batch), batch, lengths);
        Model.SetInput(_tape, tokens);
        return StepOnClasses(targets);
    }

    /// <summary>One batch of numbers with classes as targets.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="targets">[T, B], or [B] where the head sees whole sequences: a class, or the loss's ignored index.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <returns>The loss before the update, in nats, its mean over the targets that count.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients' norm is not finite; nothing was changed.</exception>
    public double Step(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        Begin(x.Length / Math.Max(1, batch * Model.Options.Recurrent.InputSize), batch, lengths);
        Model.SetInput(_tape, x);
        return StepOnClasses(targets);
    }

    /// <summary>One batch of numbers with numbers as targets.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="targets">[T, B, Outputs], or [B, Outputs] where the head sees whole sequences.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <returns>The loss before the update, its mean over the numbers that count.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients' norm is not finite; nothing was changed.</exception>
    public double Step(ReadOnlySpan<float> x, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        Begin(x.Length / Math.Max(1, batch * Model.Options.Recurrent.InputSize), batch, lengths);
        Model.SetInput(_tape, x);
        return StepOnNumbers(targets);
    }

    /// <summary>One batch of tokens with numbers as targets: labels for <see cref="BinaryCrossEntropyWithLogits"/>, or values.</summary>
    /// <param name="tokens">[T, B].</param>
    /// <param name="targets">[T, B, Outputs], or [B, Outputs] where the head sees whole sequences.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence; empty for T each.</param>
    /// <returns>The loss before the update, its mean over the numbers that count.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients' norm is not finite; nothing was changed.</exception>
    public double Step(ReadOnlySpan<int> tokens, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> lengths = default)
    {
        Begin(tokens.Length / Math.Max(1, batch), batch, lengths);
        Model.SetInput(_tape, tokens);
        return StepOnNumbers(targets);
    }

    /// <summary>Forgets the carried states: the next batch starts from zeros.</summary>
    public void ResetState()
    {
        Hidden.AsSpan().Clear();
        Cell.AsSpan().Clear();
    }

    /// <summary>Returns the memory to the pool; the model stays.</summary>
    public void Dispose()
    {
        _tape.Dispose();
        _gradients.Dispose();
        Options.Optimizer.Dispose();
        IsDisposed = true;
    }

    /// <summary>Goes on from a checkpoint, whose weights, moments and states are in place.</summary>
    internal void Resume(long step, double learningRate, double weightDecay)
    {
        _accumulated = 0;
        Options.Optimizer.StepCount = step;
        Options.Optimizer.LearningRate = learningRate;
        Options.Optimizer.WeightDecay = weightDecay;
    }

    private void Begin(int steps, int batch, ReadOnlySpan<int> lengths)
    {
        if (Options.CarriesState && batch != Options.Batch)
        {
            throw new ArgumentException($"batch: expected {Options.Batch}, since states are carried from batch to batch, found {batch}.", nameof(batch));
        }

        _tape.Begin(Model, steps, batch, lengths, Hidden, Cell);
    }

    private double StepOnClasses(ReadOnlySpan<int> targets)
    {
        Checks.Length("targets", targets.Length, _tape.UserRows, "one for each row");
        ReadOnlySpan<int> rows = _tape.UserRowsOfLogits;
        for (int row = 0; row < rows.Length; row++)
        {
            _targets[row] = targets[rows[row]];
        }

        Forward();
        RowView logits = _tape.Logits;
        Span<float> outputs = logits[0, logits.Count * logits.Stride];
        RowShape shape = new(logits.Count, Model.Options.Outputs, logits.Stride);
        return Finish(ClassLoss.LossAndGradients(outputs, _targets.AsSpan(0, logits.Count), shape, outputs));
    }

    private double StepOnNumbers(ReadOnlySpan<float> targets)
    {
        int size = Model.Options.Outputs;
        Checks.Length("targets", targets.Length, (long)_tape.UserRows * size, $"[{_tape.UserRows} rows, {size}]");
        ReadOnlySpan<int> rows = _tape.UserRowsOfLogits;
        for (int row = 0; row < rows.Length; row++)
        {
            targets.Slice(rows[row] * size, size).CopyTo(_floatTargets.AsSpan(row * size));
        }

        Forward();
        RowView logits = _tape.Logits;
        Span<float> outputs = logits[0, logits.Count * logits.Stride];
        RowShape shape = new(logits.Count, size, logits.Stride) { TargetStride = size };
        return Finish(NumberLoss.LossAndGradients(outputs, _floatTargets, [], shape, outputs));
    }

    private void Forward() => Model.Forward(_tape, Dropout);

    /// <summary>Backward, and when enough batches were seen, clip and update.</summary>
    private double Finish(LossResult loss)
    {
        if (!double.IsFinite(loss.Total))
        {
            throw new TrainingDivergedException("The loss", loss.Mean, StepCount);
        }

        if (Options.CarriesState)
        {
            StackStates.Get(Model.Stack, _tape.Stack, StackStates.Part.Hidden, Hidden);
            StackStates.Get(Model.Stack, _tape.Stack, StackStates.Part.Cell, Cell);
        }

        Model.Backward(_tape, _gradients, accumulate: _accumulated > 0);
        if (++_accumulated == Options.AccumulatedBatches)
        {
            _accumulated = 0;
            Update();
        }

        return loss.Mean;
    }

    private void Update()
    {
        float scale = 1f / Options.AccumulatedBatches;
        _clipValue?.Clip(_gradients, scale);

        if (_clipNorm is not null)
        {
            ClippedNorm norm = _clipNorm.Measure(_gradients, scale);
            GradientNorm = norm.Norm;
            if (!norm.IsFinite)
            {
                throw new TrainingDivergedException("The gradients' norm", norm.Norm, StepCount);
            }

            scale = norm.Scale;
        }

        if (Options.Schedule is not null)
        {
            Options.Optimizer.LearningRate = Options.Schedule.At(StepCount);
        }

        Model.Update(Options.Optimizer, _gradients, scale);
    }
}
