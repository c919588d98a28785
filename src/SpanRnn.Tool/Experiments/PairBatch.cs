namespace SpanRnn.Tool.Experiments;

/// <summary>Sources and targets of tokens side by side, as trainers read them: [S, B] and [T, B], zeros behind the shorter ones.</summary>
internal sealed class PairBatch(int sourceSteps, int targetSteps, int pairs)
{
    private readonly int[] _source = new int[sourceSteps * pairs], _target = new int[targetSteps * pairs];
    private readonly int[] _sourceLengths = new int[pairs], _targetLengths = new int[pairs];
    private int _sourceSteps, _targetSteps;

    /// <summary>B.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Source => _source.AsSpan(0, _sourceSteps * Count);

    public ReadOnlySpan<int> Target => _target.AsSpan(0, _targetSteps * Count);

    public ReadOnlySpan<int> SourceLengths => _sourceLengths.AsSpan(0, Count);

    public ReadOnlySpan<int> TargetLengths => _targetLengths.AsSpan(0, Count);

    /// <summary>Takes the pairs of some places of a list.</summary>
    public void Set(IReadOnlyList<(int[] Source, int[] Target)> all, ReadOnlySpan<int> places)
    {
        (Count, _sourceSteps, _targetSteps) = (places.Length, 0, 0);
        foreach (int place in places)
        {
            (_sourceSteps, _targetSteps) = (Math.Max(_sourceSteps, all[place].Source.Length), Math.Max(_targetSteps, all[place].Target.Length));
        }

        _source.AsSpan().Clear();
        _target.AsSpan().Clear();
        for (int b = 0; b < places.Length; b++)
        {
            (int[] source, int[] target) = all[places[b]];
            (_sourceLengths[b], _targetLengths[b]) = (source.Length, target.Length);
            for (int s = 0; s < source.Length; s++)
            {
                _source[s * Count + b] = source[s];
            }

            for (int t = 0; t < target.Length; t++)
            {
                _target[t * Count + b] = target[t];
            }
        }
    }
}
