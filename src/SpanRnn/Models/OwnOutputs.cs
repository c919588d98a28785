using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <summary>Scheduled sampling: lets a model write beside its teacher, and puts what it wrote among what it is to read.</summary>
internal sealed class OwnOutputs : IDisposable
{
    private readonly EncoderDecoder _model;
    private readonly TargetTape _tape;

    public OwnOutputs(EncoderDecoder model, int maxSource, int maxBatch)
    {
        _model = model;
        _tape = new TargetTape(model, maxSource, 1, maxBatch, training: false);
    }

    /// <summary>Replaces true tokens by drawn ones, step by step.</summary>
    /// <param name="source">Encoded.</param>
    /// <param name="timeline">The targets' shape.</param>
    /// <param name="inputs">What each step reads, [T, B]: true ones at first.</param>
    /// <param name="ratio">The probability that a true one stays.</param>
    /// <param name="random">Coins and draws: for each sequence that goes on, in the user's order.</param>
    /// <returns>The share of true ones that stayed.</returns>
    public double Mix(SourceTape source, Timeline timeline, Span<int> inputs, double ratio, RandomStream random)
    {
        if (!(ratio < 1))
        {
            return 1;
        }

        int batch = timeline.Batch, kept = 0, all = 0;
        Begin(source, batch);
        for (int t = 0; t + 1 < timeline.Longest; t++)
        {
            for (int b = 0; b < batch; b++)
            {
                // What pads a target that is over need not be a token.
                _tape.Tokens[b] = t < timeline.LengthOf(b) ? inputs[t * batch + b] : _model.Options.StartToken;
            }

            _model.CheckTarget(_tape.Tokens);
            _model.SetInput(_tape);
            RowView logits = Step(source, t);
            for (int b = 0; b < batch; b++)
            {
                if (t + 1 >= timeline.LengthOf(b))
                {
                    continue;
                }

                all++;
                if (random.NextDouble() < ratio)
                {
                    kept++;
                }
                else
                {
                    inputs[(t + 1) * batch + b] = TokenSampler.Draw(logits[b, _model.Options.Outputs], 1, random);
                }
            }
        }

        return all == 0 ? 1 : (double)kept / all;
    }

    /// <summary>Replaces true numbers by the model's own, step by step.</summary>
    /// <inheritdoc cref="Mix(SourceTape, Timeline, Span{int}, double, RandomStream)"/>
    public double Mix(SourceTape source, Timeline timeline, Span<float> inputs, double ratio, RandomStream random)
    {
        if (!(ratio < 1))
        {
            return 1;
        }

        int batch = timeline.Batch, size = _model.Options.Outputs, kept = 0, all = 0;
        Begin(source, batch);
        for (int t = 0; t + 1 < timeline.Longest; t++)
        {
            for (int b = 0; b < batch; b++)
            {
                inputs.Slice((t * batch + b) * size, size).CopyTo(_tape.Stack.Input[b, size]);
            }

            RowView outputs = Step(source, t);
            for (int b = 0; b < batch; b++)
            {
                if (t + 1 >= timeline.LengthOf(b))
                {
                    continue;
                }

                all++;
                if (random.NextDouble() < ratio)
                {
                    kept++;
                }
                else
                {
                    outputs[b, size].CopyTo(inputs.Slice(((t + 1) * batch + b) * size, size));
                }
            }
        }

        return all == 0 ? 1 : (double)kept / all;
    }

    public void Dispose() => _tape.Dispose();

    private void Begin(SourceTape source, int batch)
    {
        _tape.Begin(1, batch, []);
        _model.Prepare(source, _tape);
    }

    private RowView Step(SourceTape source, int t)
    {
        if (t > 0)
        {
            StackStates.Advance(_model.Decoder, _tape.Stack);
        }

        _model.Decode(source, _tape, t, dropout: null);
        return _tape.Logits;
    }
}
