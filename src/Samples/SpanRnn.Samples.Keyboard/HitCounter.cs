namespace SpanRnn.Samples.Keyboard;

/// <summary>How often what came was among what was suggested, by thirds of the text, and what accepting the right rests of words would save.</summary>
/// <param name="alphabet">Tells where words end.</param>
/// <param name="text">All that will be typed.</param>
internal sealed class HitCounter(Alphabet alphabet, int[] text)
{
    /// <summary>Parts of the text.</summary>
    public const int Parts = 3;

    private readonly int[] _hits = new int[Parts], _keys = new int[Parts];
    private bool _isAccepted;

    /// <summary>Letters that need not have been typed, had each right rest of a word been accepted when it was first shown.</summary>
    public int SavedLetters { get; private set; }

    /// <summary>The share of characters that were among the suggestions.</summary>
    public double Rate => (double)_hits.Sum() / _keys.Sum();

    /// <summary>The same for a third of the text.</summary>
    public double RateOf(int part) => (double)_hits[part] / _keys[part];

    /// <summary>Compares what is suggested before a key with that key.</summary>
    public void Before(int index, Suggester suggester)
    {
        int part = (int)((long)index * Parts / text.Length);
        _keys[part]++;
        _hits[part] += suggester.Suggestions.Contains(text[index]) ? 1 : 0;
        if (!alphabet.IsLetter(text[index]))
        {
            _isAccepted = false;
            return;
        }

        int end = index;
        while (end < text.Length && alphabet.IsLetter(text[end]))
        {
            end++;
        }

        if (!_isAccepted && suggester.Rest.SequenceEqual(text.AsSpan(index, end - index)))
        {
            _isAccepted = true;
            SavedLetters += end - index - 1; // accepting is a key too
        }
    }
}
