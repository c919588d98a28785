namespace SpanRnn.Kernels;

/// <summary>What is read right after some blocks of a gradient are there, of the same rows: an optimizer's weights and moments, in up to three arenas.</summary>
internal ref struct ReadsAfter
{
    private Span<float> _first, _second, _third;

    /// <summary>How many arenas.</summary>
    public int Count { get; private set; }

    /// <summary>The matrix in arena number <paramref name="index"/>.</summary>
    public readonly Span<float> this[int index] => index == 0 ? _first : index == 1 ? _second : _third;

    /// <summary>One more, if there is room for it.</summary>
    public void Add(Span<float> matrix)
    {
        switch (Count)
        {
            case 0: _first = matrix; break;
            case 1: _second = matrix; break;
            case 2: _third = matrix; break;
            default: return;
        }

        Count++;
    }
}
