using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>The likeliest targets that a beam of hypotheses finds: each step keeps the best continuations of those kept before.</summary>
/// <remarks>
/// <para>A hypothesis Y of |Y| tokens, its end token counted, scores log P(Y) / lp(Y) with lp(Y) = ((5 + |Y|) / 6)^alpha (Wu et al. 2016,
/// arXiv 1609.08144); while they grow they are compared by log P. One that ends leaves the beam, which goes on with one place less
/// (Sutskever, Vinyals and Le 2014), so a beam of width 1 writes what <see cref="EncoderDecoderSession.Generate(TokenSampler, Span{int}, Span{float})"/>
/// writes at temperature 0. Hypotheses that have not ended when there is no more room count as they are.</para>
/// <para>All hypotheses of a step are one batch; a search allocates nothing. Log probabilities are in double; of equals the earlier
/// hypothesis and the smaller token come first.</para>
/// </remarks>
public sealed class BeamSearch : IDisposable
{
    private readonly EncoderDecoder _model;
    private readonly SourceTape _source;
    private readonly TargetTape _target;
    private readonly int _width, _maxTokens;
    private readonly double _lengthPenalty;
    private readonly Hypothesis[] _live, _next, _found;
    private readonly int[] _tokens, _parents, _rows, _written;
    private int _count;

    /// <summary>Plans the memory.</summary>
    /// <param name="model">One that feeds tokens back.</param>
    /// <param name="sourceSteps">The largest S; 1 without an encoder.</param>
    /// <param name="maxTokens">The longest target.</param>
    /// <param name="width">Hypotheses kept at each step.</param>
    /// <param name="lengthPenalty">alpha: 0 prefers short targets, about 0.6 to 1 evens lengths out.</param>
    /// <exception cref="ArgumentException">The model feeds back no tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the penalty is negative or not finite.</exception>
    public BeamSearch(EncoderDecoder model, int sourceSteps, int maxTokens, int width = 4, double lengthPenalty = 0.6)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourceSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (!(lengthPenalty >= 0 && double.IsFinite(lengthPenalty)))
        {
            throw new ArgumentOutOfRangeException(nameof(lengthPenalty), lengthPenalty, "Expected a finite number, 0 or more.");
        }

        if (model.Options.TargetVocabulary == 0)
        {
            throw new ArgumentException("Expected a model that feeds tokens back.", nameof(model));
        }

        (_model, _width, _maxTokens, _lengthPenalty) = (model, width, maxTokens, lengthPenalty);
        _source = new SourceTape(model, sourceSteps, 1, training: false);
        _target = new TargetTape(model, sourceSteps, 1, width, training: false, sharesSource: true);
        (_live, _next, _found) = (new Hypothesis[width], new Hypothesis[width], new Hypothesis[width]);
        (_tokens, _parents) = (new int[maxTokens * width], new int[maxTokens * width]);
        (_rows, _written) = (new int[width], new int[maxTokens * width]);
    }

    /// <summary>Targets that the last search found, at most the beam's width.</summary>
    public int Count => _count;

    /// <summary>Searches from a source of tokens.</summary>
    /// <param name="source">[S].</param>
    /// <returns><see cref="Count"/>.</returns>
    /// <exception cref="ArgumentException">It is longer than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token does not exist.</exception>
    /// <exception cref="InvalidOperationException">The model's source is numbers.</exception>
    public int Search(ReadOnlySpan<int> source)
    {
        _count = 0;
        _model.Read(_source, source, 1, [], dropout: null);
        return Run();
    }

    /// <summary>Searches from a source of numbers.</summary>
    /// <param name="source">[S, I], or the one vector.</param>
    /// <returns><see cref="Count"/>.</returns>
    /// <exception cref="ArgumentException">It is longer than planned, or does not consist of whole steps.</exception>
    /// <exception cref="InvalidOperationException">The model's source is tokens.</exception>
    public int Search(ReadOnlySpan<float> source)
    {
        _count = 0;
        _model.Read(_source, source, 1, [], dropout: null);
        return Run();
    }

    /// <summary>The tokens of a target that was found, without the end token; 0 is the best. Valid until the next search.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    public ReadOnlySpan<int> Tokens(int index)
    {
        Hypothesis found = Found(index);
        return _written.AsSpan(index * _maxTokens, found.HasEnded ? found.Length - 1 : found.Length);
    }

    /// <summary>log P(Y) / lp(Y).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    public double Score(int index) => ScoreOf(Found(index));

    /// <summary>log P(Y), its end token counted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    public double LogProbability(int index) => Found(index).LogProbability;

    /// <summary>Whether a target has its end token, rather than being cut off for want of room.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    public bool HasEnded(int index) => Found(index).HasEnded;

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    private Hypothesis Found(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
        return _found[index];
    }

    private double ScoreOf(Hypothesis y) => y.LogProbability / Math.Pow((5.0 + y.Length) / 6, _lengthPenalty);

    private int Run()
    {
        _target.Begin(1, _width, []);
        _model.Prepare(_source, _target);

        // At first all rows are alike: only one of them may go on.
        int live = 1;
        _live[0] = new Hypothesis(0, -1, 0, 0, false);
        _target.Tokens.Fill(_model.Options.StartToken);
        for (int t = 0; live > 0; t++)
        {
            _model.SetInput(_target);
            _model.Decode(_source, _target, t, dropout: null);
            int places = _target.Timeline.Batch, found = Continue(live, places);
            live = Settle(t, found);
            if (t + 1 == _maxTokens)
            {
                for (int i = 0; i < live; i++)
                {
                    _found[_count++] = _live[i];
                }

                break;
            }

            if (live > 0)
            {
                GoOn(live, _width - _count);
            }
        }

        WriteOut();
        return _count;
    }

    /// <summary>The best continuations of the live hypotheses, best first, at most as many as there are places.</summary>
    private int Continue(int live, int places)
    {
        int found = 0;
        for (int row = 0; row < live; row++)
        {
            ReadOnlySpan<float> logits = _target.Logits[row, _model.Options.Outputs];
            double normaliser = LogSumExp(logits);
            for (int token = 0; token < logits.Length; token++)
            {
                double log = _live[row].LogProbability + (logits[token] - normaliser);
                if (double.IsNaN(log))
                {
                    throw new ArithmeticException($"The logit of token {token} is NaN: is there a NaN in the weights or in the source?");
                }

                if (found == places && !(log > _next[found - 1].LogProbability))
                {
                    continue;
                }

                int at = found < places ? found++ : found - 1;
                for (; at > 0 && log > _next[at - 1].LogProbability; at--)
                {
                    _next[at] = _next[at - 1];
                }

                _next[at] = new Hypothesis(log, row, token, _live[row].Length + 1, token == _model.Options.EndToken);
            }
        }

        return found;
    }

    /// <summary>Hypotheses that ended are found; the others live on in the order of their probabilities.</summary>
    private int Settle(int t, int found)
    {
        int live = 0;
        for (int i = 0; i < found; i++)
        {
            // Row is from now on the last row whose tokens are its own.
            if (_next[i].HasEnded)
            {
                _found[_count++] = _next[i];
                continue;
            }

            (_tokens[t * _width + live], _parents[t * _width + live]) = (_next[i].Token, _next[i].Row);
            _live[live] = _next[i] with { Row = live };
            live++;
        }

        return live;
    }

    /// <summary>The states follow their hypotheses; places without one repeat the first.</summary>
    private void GoOn(int live, int places)
    {
        for (int i = 0; i < places; i++)
        {
            _rows[i] = i < live ? _next[IndexOfLive(i)].Row : _rows[0];
        }

        StackStates.Advance(_model.Decoder, _target.Stack, _rows.AsSpan(0, places));
        _target.Begin(1, places, []);
        for (int i = 0; i < places; i++)
        {
            _target.Tokens[i] = _live[Math.Min(i, live - 1)].Token;
        }
    }

    /// <summary>The i-th continuation that has not ended.</summary>
    private int IndexOfLive(int i)
    {
        int at = 0;
        while (_next[at].HasEnded || i-- > 0)
        {
            at++;
        }

        return at;
    }

    /// <summary>Best score first, and the tokens of each, from the last one back.</summary>
    private void WriteOut()
    {
        for (int i = 1; i < _count; i++)
        {
            Hypothesis y = _found[i];
            int at = i;
            for (; at > 0 && ScoreOf(y) > ScoreOf(_found[at - 1]); at--)
            {
                _found[at] = _found[at - 1];
            }

            _found[at] = y;
        }

        for (int i = 0; i < _count; i++)
        {
            int row = _found[i].Row;
            for (int t = _found[i].Length - (_found[i].HasEnded ? 2 : 1); t >= 0; t--)
            {
                _written[i * _maxTokens + t] = _tokens[t * _width + row];
                row = _parents[t * _width + row];
            }
        }
    }

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double largest = logits[TokenSampler.Largest(logits)], sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    /// <param name="LogProbability">log P.</param>
    /// <param name="Row">The row it continues, or that its tokens are kept by.</param>
    /// <param name="Token">Its last.</param>
    /// <param name="Length">Tokens, an end token counted.</param>
    /// <param name="HasEnded">Whether its last token is the end token.</param>
    private readonly record struct Hypothesis(double LogProbability, int Row, int Token, int Length, bool HasEnded);
}
