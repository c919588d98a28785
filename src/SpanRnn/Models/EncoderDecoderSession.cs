using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>Reads a source with an <see cref="EncoderDecoder"/> and writes from it, step by step: it owns the state, the weights are shared.</summary>
/// <remarks>
/// The source is read once, and a step costs one step: nothing that was written is read again. A step allocates nothing and has the bits of
/// training's run over the same inputs. A session serves one thread at a time; any number of them may share a model.
/// </remarks>
public sealed class EncoderDecoderSession : IDisposable
{
    private readonly EncoderDecoder _model;
    private readonly SourceTape _source;
    private readonly TargetTape _target;
    private bool _hasSource;

    internal EncoderDecoderSession(EncoderDecoder model, int sourceSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceSteps);
        _model = model;
        _source = new SourceTape(model, sourceSteps, 1, training: false);
        _target = new TargetTape(model, sourceSteps, 1, 1, training: false);
    }

    /// <summary>Numbers a step gives.</summary>
    public int OutputSize => _model.Options.Outputs;

    /// <summary>S, the steps of the source that was read last.</summary>
    public int SourceLength => _source.Timeline.Steps;

    /// <summary>Steps since the source was read, or since <see cref="Rewind"/>.</summary>
    public int StepCount { get; private set; }

    /// <summary>Reads a source of tokens; writing starts anew.</summary>
    /// <param name="source">[S].</param>
    /// <exception cref="ArgumentException">It is longer than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token does not exist.</exception>
    /// <exception cref="InvalidOperationException">The model's source is numbers.</exception>
    public void Read(ReadOnlySpan<int> source)
    {
        _hasSource = false;
        _model.Read(_source, source, 1, [], dropout: null);
        _hasSource = true;
        Rewind();
    }

    /// <summary>Reads a source of numbers; writing starts anew.</summary>
    /// <param name="source">[S, I], or the one vector.</param>
    /// <exception cref="ArgumentException">It is longer than planned, or does not consist of whole steps.</exception>
    /// <exception cref="InvalidOperationException">The model's source is tokens.</exception>
    public void Read(ReadOnlySpan<float> source)
    {
        _hasSource = false;
        _model.Read(_source, source, 1, [], dropout: null);
        _hasSource = true;
        Rewind();
    }

    /// <summary>Starts to write from the same source again.</summary>
    /// <exception cref="InvalidOperationException">No source was read.</exception>
    public void Rewind()
    {
        if (!_hasSource)
        {
            throw new InvalidOperationException("No source was read: call Read first.");
        }

        _target.Begin(1, 1, []);
        _model.Prepare(_source, _target);
        StepCount = 0;
    }

    /// <summary>Reads the token before (at first <see cref="EncoderDecoderOptions.StartToken"/>), and gives a logit for each that may follow.</summary>
    /// <param name="token">0 to the target vocabulary's size - 1.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted.</param>
    /// <exception cref="ArgumentException">output has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">No source was read, or the decoder reads no tokens.</exception>
    public void Step(int token, Span<float> output)
    {
        Check(output);
        _model.CheckTarget([token]);
        Begin();
        _target.Tokens[0] = token;
        _model.SetInput(_target);
        Run(output);
    }

    /// <summary>Reads the numbers before (at first zeros), and gives the next ones.</summary>
    /// <param name="previous"><see cref="OutputSize"/> numbers; none for a decoder that reads the context alone.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers; empty if not wanted. May be previous.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="InvalidOperationException">No source was read, or the decoder reads tokens.</exception>
    public void Step(ReadOnlySpan<float> previous, Span<float> output)
    {
        Check(output);
        if (_model.Options.TargetVocabulary > 0)
        {
            throw new InvalidOperationException("The decoder reads tokens, not numbers: it has an embedding.");
        }

        Checks.Length("previous", previous.Length, _model.Options.FeedbackSize, "the outputs of the step before");
        Begin();
        previous.CopyTo(_target.Stack.Input[0, previous.Length]);
        Run(output);
    }

    /// <summary>Writes tokens from the source until the end token or until there is no room, feeding each back.</summary>
    /// <param name="sampler">Temperature 0 takes the likeliest each time.</param>
    /// <param name="tokens">Gets what was written, without the end token.</param>
    /// <param name="attention">Gets the attention of each step, [tokens, S], rows of <see cref="SourceLength"/>; empty if not wanted.</param>
    /// <returns>How many tokens were written.</returns>
    /// <exception cref="ArgumentException">attention has another length, or a logit is NaN.</exception>
    /// <exception cref="InvalidOperationException">No source was read, the decoder reads no tokens, or it has no attention to give.</exception>
    public int Generate(TokenSampler sampler, Span<int> tokens, Span<float> attention = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Checks.LengthOrEmpty("attention", attention.Length, (long)tokens.Length * SourceLength, "[tokens, S]");
        Rewind();
        int token = _model.Options.StartToken;
        for (int count = 0; count < tokens.Length; count++)
        {
            Step(token, default);
            if (!attention.IsEmpty)
            {
                CopyAttentionTo(attention.Slice(count * SourceLength, SourceLength));
            }

            token = sampler.Sample(_target.Logits[0, OutputSize]);
            if (token == _model.Options.EndToken)
            {
                return count;
            }

            tokens[count] = token;
        }

        return tokens.Length;
    }

    /// <summary>Writes numbers from the source, feeding each step's back if the model does.</summary>
    /// <param name="outputs">[T, Outputs]: its length says how many steps.</param>
    /// <exception cref="ArgumentException">outputs does not consist of whole steps.</exception>
    /// <exception cref="InvalidOperationException">No source was read, or the decoder reads tokens.</exception>
    public void Generate(Span<float> outputs)
    {
        int steps = outputs.Length / OutputSize;
        Checks.Length("outputs", outputs.Length, (long)steps * OutputSize, $"whole steps of {OutputSize}");
        Rewind();
        RowView input = _target.Stack.Input;
        input[0, _model.Options.FeedbackSize].Clear();
        for (int t = 0; t < steps; t++)
        {
            Span<float> output = outputs.Slice(t * OutputSize, OutputSize);
            Step(input[0, _model.Options.FeedbackSize], output);
            output[..Math.Min(output.Length, _model.Options.FeedbackSize)].CopyTo(input[0, _model.Options.FeedbackSize]);
        }
    }

    /// <summary>The weights p[t, s] of the last step over the source: they sum to 1.</summary>
    /// <param name="weights"><see cref="SourceLength"/> numbers.</param>
    /// <exception cref="ArgumentException">weights has another length.</exception>
    /// <exception cref="InvalidOperationException">The model has no attention, or there was no step.</exception>
    public void CopyAttentionTo(Span<float> weights)
    {
        if (_target.Attention is null || StepCount == 0)
        {
            throw new InvalidOperationException(_target.Attention is null ? "The model has no attention." : "There was no step yet.");
        }

        Checks.Length("weights", weights.Length, SourceLength, "one for each step of the source");
        _target.Attention.Weights(0)[0, weights.Length].CopyTo(weights);
        if (_model.Options.Encoder!.Direction == Direction.Reverse)
        {
            weights.Reverse(); // the encoder's first row is the source's last step
        }
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    private void Check(Span<float> output) => Checks.LengthOrEmpty("output", output.Length, OutputSize, "one for each output");

    private void Begin()
    {
        if (!_hasSource)
        {
            throw new InvalidOperationException("No source was read: call Read first.");
        }

        if (StepCount > 0)
        {
            StackStates.Advance(_model.Decoder, _target.Stack);
        }
    }

    private void Run(Span<float> output)
    {
        _model.Decode(_source, _target, StepCount++, dropout: null);
        _target.Logits[0, output.Length].CopyTo(output);
    }
}
