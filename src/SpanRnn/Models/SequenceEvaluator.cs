using SpanRnn.Layers;
using SpanRnn.Training.Losses;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>Reads a long sequence of tokens through a model and measures how well it foresees each next one.</summary>
/// <remarks>The sequence is read in pieces, with the state carried from one to the next, so memory does not grow with its length.</remarks>
public sealed class SequenceEvaluator : IDisposable
{
    private readonly SequenceModel _model;
    private readonly SequenceTape _tape;
    private readonly SoftmaxCrossEntropy _loss = new(reduction: LossReduction.Sum);
    private readonly int _piece;

    /// <summary>Plans the memory.</summary>
    /// <param name="model">A model of tokens with a logit for each token at every step, one direction.</param>
    /// <param name="piece">Steps that are run at once.</param>
    /// <param name="team">Threads that share the work, with the same bits; null for the caller's alone. It is not disposed.</param>
    /// <exception cref="ArgumentException">The model is of another kind.</exception>
    public SequenceEvaluator(SequenceModel model, int piece = 128, WorkerTeam? team = null)
    {
        SequenceModelOptions options = model.Options;
        if (options.Recurrent.Direction != Direction.Forward || options.Head != HeadInput.EveryStep || options.Vocabulary == 0 || options.Outputs != options.Vocabulary)
        {
            throw new ArgumentException("Expected a language model: tokens in, one direction, a logit for each token at every step.", nameof(model));
        }

        (_model, _piece) = (model, piece);
        _tape = new SequenceTape(model, piece, 1, training: false, team);
    }

    /// <summary>The sum of -ln p(token | all before it) over all tokens but the first, and their count; it starts from zero states.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token lies outside the vocabulary.</exception>
    public LossResult Evaluate(ReadOnlySpan<int> tokens)
    {
        LossResult sum = default;
        for (int start = 0; start + 1 < tokens.Length; start += _piece)
        {
            int steps = Math.Min(_piece, tokens.Length - 1 - start);
            _tape.Timeline.Set(steps, 1, []);
            if (start == 0)
            {
                StackStates.Set(_model.Stack, _tape.Stack, StackStates.Part.Hidden, []);
                StackStates.Set(_model.Stack, _tape.Stack, StackStates.Part.Cell, []);
            }

            _model.SetInput(_tape, tokens.Slice(start, steps));
            _model.Forward(_tape, dropout: null);
            RowView logits = _tape.Logits;
            sum += _loss.Loss(
                logits[0, logits.Count * logits.Stride], tokens.Slice(start + 1, steps), new RowShape(steps, _model.Options.Outputs, logits.Stride));
            StackStates.Advance(_model.Stack, _tape.Stack);
        }

        return sum;
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => _tape.Dispose();
}
