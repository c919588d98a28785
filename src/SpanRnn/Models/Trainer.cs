using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Training.Losses;

namespace SpanRnn.Models;

/// <summary>Trains a <see cref="SequenceModel"/> by back-propagation through time: forward, loss, backward, clip, update.</summary>
/// <remarks>
/// Arrays are time-major: tokens and targets [T, B], numbers [T, B, size]; where the head sees whole sequences targets
/// are [B]. A step allocates nothing, and the same seed gives the same bits.
/// </remarks>
public sealed class Trainer : ModelTrainer
{
    private readonly SequenceTape _tape;

    /// <summary>Plans the memory of training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is not positive.</exception>
    public Trainer(SequenceModel model, TrainerOptions options) : base(model, options.Checked(), RowsOf(model, options), model.Options.Outputs)
    {
        Model = model;
        _tape = new SequenceTape(model, options.Steps, options.Batch, training: true, options.Team);
        Hidden = new float[options.CarriesState ? options.Batch * StackStates.SizePerSequence(model.Stack, StackStates.Part.Hidden) : 0];
        Cell = new float[options.CarriesState ? options.Batch * StackStates.SizePerSequence(model.Stack, StackStates.Part.Cell) : 0];
    }

    /// <summary>What is trained.</summary>
    public SequenceModel Model { get; }

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

    private protected override void DisposeTapes() => _tape.Dispose();

    private protected override void Backward(ParameterSet gradients, bool accumulate, IWeightUpdate? update) =>
        Model.Backward(_tape, gradients, accumulate, update);

    private protected override void KeepStates()
    {
        if (Options.CarriesState)
        {
            StackStates.Get(Model.Stack, _tape.Stack, StackStates.Part.Hidden, Hidden);
            StackStates.Get(Model.Stack, _tape.Stack, StackStates.Part.Cell, Cell);
        }
    }

    private static int RowsOf(SequenceModel model, TrainerOptions options) =>
        model.Options.Head == HeadInput.EveryStep ? options.Steps * options.Batch : options.Batch;

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
        Model.Forward(_tape, Dropout);
        return Finish(LossOf(_tape.Logits, Model.Options.Outputs, _tape.UserRowsOfLogits, targets, wantsGradients: true));
    }

    private double StepOnNumbers(ReadOnlySpan<float> targets)
    {
        int size = Model.Options.Outputs;
        Checks.Length("targets", targets.Length, (long)_tape.UserRows * size, $"[{_tape.UserRows} rows, {size}]");
        Model.Forward(_tape, Dropout);
        return Finish(LossOf(_tape.Logits, size, _tape.UserRowsOfLogits, targets, wantsGradients: true));
    }
}
