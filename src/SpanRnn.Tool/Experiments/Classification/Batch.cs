namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>Texts side by side, as trainers and predictors read them: tokens [T, B], T the longest one's length, zeros behind the shorter.</summary>
internal sealed class Batch
{
    private readonly int[] _tokens, _lengths, _labels;

    /// <summary>Room for so many texts of so many tokens.</summary>
    public Batch(int steps, int texts) => (_tokens, _lengths, _labels) = (new int[steps * texts], new int[texts], new int[texts]);

    /// <summary>B.</summary>
    public int Count { get; private set; }

    /// <summary>T.</summary>
    public int Steps { get; private set; }

    /// <summary>[T, B].</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, Steps * Count);

    /// <summary>[B].</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>[B].</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Takes the texts of some places of a list.</summary>
    public void Set(IReadOnlyList<Example> examples, ReadOnlySpan<int> places)
    {
        (Count, Steps) = (places.Length, 0);
        foreach (int place in places)
        {
            Steps = Math.Max(Steps, examples[place].Tokens.Length);
        }

        Tokens.Clear();
        for (int b = 0; b < places.Length; b++)
        {
            (int[] tokens, _labels[b]) = examples[places[b]];
            _lengths[b] = tokens.Length;
            for (int t = 0; t < tokens.Length; t++)
            {
                _tokens[t * Count + b] = tokens[t];
            }
        }
    }
}
