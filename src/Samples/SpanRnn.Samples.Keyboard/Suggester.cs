using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>What serves: after each character the three likeliest next ones, and the rest of the word. It allocates nothing.</summary>
internal sealed class Suggester : IDisposable
{
    /// <summary>Characters that are suggested.</summary>
    public const int Shown = 3;

    private const int LongestRest = 16;

    private readonly Alphabet _alphabet;
    private readonly SequenceSession _session, _ahead;
    private readonly float[] _logits, _aheadLogits, _hidden, _lineStart;
    private readonly int[] _suggestions = new int[Shown], _lineSuggestions = new int[Shown], _rest = new int[LongestRest];
    private int _restLength;

    public Suggester(FrozenModel weights, Alphabet alphabet)
    {
        _alphabet = alphabet;
        (_session, _ahead) = (weights.CreateSession(), weights.CreateSession());
        (_logits, _aheadLogits) = (new float[weights.OutputSize], new float[weights.OutputSize]);
        (_hidden, _lineStart) = (new float[_session.HiddenStateSize], new float[_session.HiddenStateSize]);
        _session.Prewarm();
        _ahead.Prewarm();
        Read(alphabet.NewLine); // a text begins like a line
    }

    /// <summary>The three likeliest next characters, the likeliest first.</summary>
    public ReadOnlySpan<int> Suggestions => _suggestions;

    /// <summary>The likeliest rest of the word that was begun; empty between words, or where no end of it was found.</summary>
    public ReadOnlySpan<int> Rest => _rest.AsSpan(0, _restLength);

    /// <summary>Goes on with other weights. Any thread may call it at any time; the state stays.</summary>
    public void Use(FrozenModel weights) => _session.Use(weights);

    /// <summary>Reads what was typed.</summary>
    public void Read(int token)
    {
        _session.Step(token, _logits);
        Choose();
        FindRest(token);
        if (token == _alphabet.NewLine)
        {
            _session.CopyStateTo(_lineStart, default);
            _suggestions.CopyTo(_lineSuggestions, 0);
        }
    }

    /// <summary>Reads the line again, after a part of it was taken back.</summary>
    public void Reread(ReadOnlySpan<int> line)
    {
        _session.CopyStateFrom(_lineStart, default);
        if (line.IsEmpty)
        {
            _lineSuggestions.CopyTo(_suggestions, 0);
            _restLength = 0;
            return;
        }

        _session.Run(line[..^1], default);
        Read(line[^1]);
    }

    /// <summary>Bytes of the state, for whoever wants to compare.</summary>
    public byte[] Snapshot()
    {
        byte[] snapshot = new byte[_session.SnapshotSize];
        _session.WriteSnapshot(snapshot);
        return snapshot;
    }

    public void Dispose()
    {
        _session.Dispose();
        _ahead.Dispose();
    }

    private void Choose()
    {
        _suggestions.AsSpan().Fill(-1);
        for (int token = 0; token < _logits.Length; token++)
        {
            int place = Shown;
            while (place > 0 && (_suggestions[place - 1] < 0 || _logits[token] > _logits[_suggestions[place - 1]]))
            {
                place--;
            }

            if (place < Shown)
            {
                Array.Copy(_suggestions, place, _suggestions, place + 1, Shown - 1 - place);
                _suggestions[place] = token;
            }
        }
    }

    /// <summary>Types the likeliest letters in a second session, which starts from a copy of the state, until the word ends.</summary>
    private void FindRest(int token)
    {
        _restLength = 0;
        if (!_alphabet.IsLetter(token))
        {
            return;
        }

        _ahead.Use(_session.Weights);
        _session.CopyStateTo(_hidden, default);
        _ahead.CopyStateFrom(_hidden, default);
        int length = 0;
        for (int next = _suggestions[0]; _alphabet.IsLetter(next); next = Likeliest(_aheadLogits))
        {
            if (length == LongestRest)
            {
                return;
            }

            _rest[length++] = next;
            _ahead.Step(next, _aheadLogits);
        }

        _restLength = length;
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int token = 1; token < logits.Length; token++)
        {
            best = logits[token] > logits[best] ? token : best;
        }

        return best;
    }
}
