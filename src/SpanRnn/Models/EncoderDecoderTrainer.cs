using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Losses;

namespace SpanRnn.Models;

/// <summary>Trains an <see cref="EncoderDecoder"/> by back-propagation through time: teacher forcing, or scheduled sampling.</summary>
/// <remarks>
/// <para>Arrays are time-major: sources [S, B], [S, B, I] or, without an encoder, [B, V]; targets [T, B] of classes, which end with
/// <see cref="EncoderDecoderOptions.EndToken"/> if the model has one, or [T, B, Outputs] of numbers. The decoder's inputs are the targets one
/// step later: nothing is to be shifted by the caller.</para>
/// <para>With <see cref="TrainerOptions.TeacherForcing"/> below 1 each step of each target reads, by a coin of its own, the true output
/// before it or the model's own: a token drawn from its distribution, or its numbers. The model's own are found by letting it write
/// once, step by step, without dropout; they then count as given, so no gradient flows through them (Bengio et al. 2015).</para>
/// <para>A step allocates nothing, and the same seed gives the same bits.</para>
/// </remarks>
public sealed class EncoderDecoderTrainer : ModelTrainer
{
    private readonly SourceTape _source;
    private readonly TargetTape _target;
    private readonly OwnOutputs? _own;
    private readonly int[] _inputs;
    private readonly float[] _numbers;

    /// <summary>Plans the memory of training.</summary>
    /// <exception cref="ArgumentException">States cannot be carried from batch to batch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is not positive.</exception>
    public EncoderDecoderTrainer(EncoderDecoder model, TrainerOptions options)
        : base(model, options.Checked(), options.Steps * options.Batch, model.Options.Outputs)
    {
        if (options.CarriesState)
        {
            throw new ArgumentException("CarriesState: an encoder-decoder starts every source anew.", nameof(options));
        }

        Model = model;
        int sourceSteps = model.Encoder is null ? 1 : options.SourceSteps > 0 ? options.SourceSteps : options.Steps;
        _source = new SourceTape(model, sourceSteps, options.Batch, training: true, team: options.Team);
        _target = new TargetTape(model, sourceSteps, options.Steps, options.Batch, training: true, team: options.Team);
        _own = options.TeacherForcing is null || !model.Options.FeedsBack ? null : new OwnOutputs(model, sourceSteps, options.Batch);
        bool tokens = model.Options.TargetVocabulary > 0;
        _inputs = new int[tokens ? options.Steps * options.Batch : 0];
        _numbers = new float[tokens ? 0 : options.Steps * options.Batch * model.Options.FeedbackSize];
    }

    /// <summary>What is trained.</summary>
    public EncoderDecoder Model { get; }

    /// <summary>The share of true outputs among those that the last batch's steps read; 1 with teacher forcing.</summary>
    public double TeacherForcedShare { get; private set; } = 1;

    /// <summary>One batch: tokens to classes.</summary>
    /// <param name="source">Tokens [S, B]; numbers [S, B, I], or [B, V] without an encoder.</param>
    /// <param name="targets">Classes [T, B], past a target's length anything; numbers [T, B, Outputs].</param>
    /// <param name="batch">B.</param>
    /// <param name="sourceLengths">Steps of each source; empty for S each.</param>
    /// <param name="targetLengths">Steps of each target; empty for T each.</param>
    /// <returns>The loss before the update, in nats, its mean over the targets that count.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside its range, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token or a target does not exist.</exception>
    /// <exception cref="InvalidOperationException">The model's source or target is of another kind.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients' norm is not finite; nothing was changed.</exception>
    public double Step(
        ReadOnlySpan<int> source, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, Dropout);
        return Finish(Write(targets, batch, targetLengths, isTraining: true));
    }

    /// <summary>One batch: numbers to classes.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public double Step(
        ReadOnlySpan<float> source, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, Dropout);
        return Finish(Write(targets, batch, targetLengths, isTraining: true));
    }

    /// <summary>One batch: tokens to numbers.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public double Step(
        ReadOnlySpan<int> source, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, Dropout);
        return Finish(Write(targets, batch, targetLengths, isTraining: true));
    }

    /// <summary>One batch: numbers to numbers.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public double Step(
        ReadOnlySpan<float> source, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, Dropout);
        return Finish(Write(targets, batch, targetLengths, isTraining: true));
    }

    /// <summary>The loss of a batch with teacher forcing and without dropout; nothing changes.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    /// <returns>Its sum, and the targets that count.</returns>
    public LossResult Evaluate(
        ReadOnlySpan<int> source, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, dropout: null);
        return Write(targets, batch, targetLengths, isTraining: false);
    }

    /// <inheritdoc cref="Evaluate(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public LossResult Evaluate(
        ReadOnlySpan<float> source, ReadOnlySpan<int> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, dropout: null);
        return Write(targets, batch, targetLengths, isTraining: false);
    }

    /// <inheritdoc cref="Evaluate(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public LossResult Evaluate(
        ReadOnlySpan<int> source, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, dropout: null);
        return Write(targets, batch, targetLengths, isTraining: false);
    }

    /// <inheritdoc cref="Evaluate(ReadOnlySpan{int}, ReadOnlySpan{int}, int, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public LossResult Evaluate(
        ReadOnlySpan<float> source, ReadOnlySpan<float> targets, int batch = 1, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> targetLengths = default)
    {
        Model.Read(_source, source, batch, sourceLengths, dropout: null);
        return Write(targets, batch, targetLengths, isTraining: false);
    }

    internal TargetTape Target => _target;

    private protected override void DisposeTapes()
    {
        _source.Dispose();
        _target.Dispose();
        _own?.Dispose();
    }

    private protected override void Backward(ParameterSet gradients, bool accumulate, IWeightUpdate? update) =>
        Model.Backward(_source, _target, gradients, accumulate, update);

    /// <summary>The decoder over what it is to read, and the loss of what it gives.</summary>
    private LossResult Write(ReadOnlySpan<int> targets, int batch, ReadOnlySpan<int> lengths, bool isTraining)
    {
        int steps = targets.Length / Math.Max(1, batch);
        Checks.Length("targets", targets.Length, (long)steps * batch, $"[T, B {batch}]");
        _target.Begin(steps, batch, lengths);
        if (Model.Options.FeedsBack && steps > 0)
        {
            // The last step's target is not read, and what pads a target need not be a token.
            Span<int> inputs = _inputs.AsSpan(0, targets.Length);
            Teacher(targets, inputs, batch, isTraining);
            Span<int> packed = _target.Tokens;
            for (int row = 0; row < packed.Length; row++)
            {
                packed[row] = inputs[_target.Timeline.UserRows[row]];
            }

            Model.CheckTarget(packed);
            Model.SetInput(_target);
        }

        Decode(isTraining);
        return LossOf(_target.Logits, Model.Options.Outputs, _target.Timeline.UserRows, targets, isTraining);
    }

    private LossResult Write(ReadOnlySpan<float> targets, int batch, ReadOnlySpan<int> lengths, bool isTraining)
    {
        int size = Model.Options.Outputs, steps = targets.Length / Math.Max(1, batch * size);
        Checks.Length("targets", targets.Length, (long)steps * batch * size, $"[T, B {batch}, {size}]");
        _target.Begin(steps, batch, lengths);
        if (Model.Options.FeedsBack && steps > 0)
        {
            if (Model.Options.TargetVocabulary > 0)
            {
                throw new InvalidOperationException("The decoder reads tokens, not numbers: it has an embedding.");
            }

            Span<float> inputs = _numbers.AsSpan(0, targets.Length);
            Teacher(targets, inputs, batch, isTraining);
            RowView x = _target.Stack.Input;
            for (int row = 0; row < x.Count; row++)
            {
                inputs.Slice(_target.Timeline.UserRows[row] * size, size).CopyTo(x[row, size]);
            }
        }

        Decode(isTraining);
        return LossOf(_target.Logits, size, _target.Timeline.UserRows, targets, isTraining);
    }

    private void Decode(bool isTraining)
    {
        Model.Prepare(_source, _target);
        Model.Decode(_source, _target, firstStep: 0, isTraining ? Dropout : null);
    }

    /// <summary>What the steps read: the start token, then the true outputs, or by a coin the model's own.</summary>
    private void Teacher(ReadOnlySpan<int> targets, Span<int> inputs, int batch, bool isTraining)
    {
        if (Model.Options.TargetVocabulary == 0)
        {
            throw new InvalidOperationException("The decoder reads numbers, not tokens: it has no embedding.");
        }

        inputs[..batch].Fill(Model.Options.StartToken);
        targets[..^batch].CopyTo(inputs[batch..]);
        TeacherForcedShare = !isTraining || _own is null ? 1 : _own.Mix(_source, _target.Timeline, inputs, Options.TeacherForcing!.At(StepCount), Sampling);
    }

    private void Teacher(ReadOnlySpan<float> targets, Span<float> inputs, int batch, bool isTraining)
    {
        int row = batch * Model.Options.Outputs;
        inputs[..row].Clear();
        targets[..^row].CopyTo(inputs[row..]);
        TeacherForcedShare = !isTraining || _own is null ? 1 : _own.Mix(_source, _target.Timeline, inputs, Options.TeacherForcing!.At(StepCount), Sampling);
    }
}
