namespace SpanRnn.Layers;

/// <summary>The rows of one batch of sequences, packed: longest sequence first, and only the steps that exist.</summary>
/// <remarks>
/// <para>With the sequences sorted by length, those still running at step t are the first <see cref="Active"/>(t), so every step is
/// one dense product. The row of sequence b at step t is Offset(t) + b. A layer's states have one slot more: slot 0, the initial
/// states, has a row for every sequence, and slot t + 1 begins at row Batch + Offset(t).</para>
/// <para>The reverse direction runs over the mirror image: step s of a sequence of length n sees its input at n - 1 - s. A stack that
/// runs only in reverse has all its rows mirrored at the user's door.</para>
/// </remarks>
internal sealed class Timeline
{
    private readonly int[] _active, _offset, _order, _place, _lengths, _user, _mirror, _counts;
    private readonly bool _isReversed;

    /// <summary>Room for any batch up to that size.</summary>
    public Timeline(int maxSteps, int maxBatch, bool isReversed = false)
    {
        _isReversed = isReversed;
        MaxSteps = maxSteps;
        MaxBatch = maxBatch;
        _active = new int[maxSteps];
        _offset = new int[maxSteps + 1];
        _counts = new int[maxSteps + 2];
        _order = new int[maxBatch];
        _place = new int[maxBatch];
        _lengths = new int[maxBatch];
        _user = new int[maxSteps * maxBatch];
        _mirror = new int[maxSteps * maxBatch];
    }

    public int MaxSteps { get; }

    public int MaxBatch { get; }

    /// <summary>Steps of the user's arrays: T.</summary>
    public int Steps { get; private set; }

    /// <summary>Sequences: B.</summary>
    public int Batch { get; private set; }

    /// <summary>Steps of the longest sequence.</summary>
    public int Longest { get; private set; }

    /// <summary>Packed rows: the sum of all lengths.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether the packed rows are the user's rows: all sequences have T steps.</summary>
    public bool IsDense { get; private set; }

    /// <summary>Whether packed rows and the user's are the same, in the same order.</summary>
    public bool IsInUserOrder => IsDense && !_isReversed;

    /// <summary>The user's index of the sequence at sorted place b.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, Batch);

    /// <summary>For each packed row the user's row t * B + b.</summary>
    public ReadOnlySpan<int> UserRows => _user.AsSpan(0, Rows);

    /// <summary>For each packed row the packed row of the same sequence with time reversed.</summary>
    public ReadOnlySpan<int> Mirror => _mirror.AsSpan(0, Rows);

    /// <summary>Sequences that have a step t.</summary>
    public int Active(int t) => _active[t];

    /// <summary>The packed row of step t of the first sequence.</summary>
    public int Offset(int t) => _offset[t];

    /// <summary>The state row before step t of the first sequence.</summary>
    public int PreviousState(int t) => t == 0 ? 0 : Batch + _offset[t - 1];

    /// <summary>The step after the last one of a run whose rows and previous states lie side by side: of the run one product makes dR.</summary>
    public int EndOfRun(int first)
    {
        int last = first;
        while (last + 1 < Longest && PreviousState(last + 1) - PreviousState(last) == Active(last) && Active(last + 1) == Active(last))
        {
            last++;
        }

        return last + 1;
    }

    /// <summary>The state row after step t of the first sequence.</summary>
    public int NextState(int t) => Batch + _offset[t];

    /// <summary>The state row after the last step of the sequence at sorted place b.</summary>
    public int FinalState(int b) => _lengths[b] == 0 ? b : NextState(_lengths[b] - 1) + b;

    /// <summary>The sorted place of the user's sequence b.</summary>
    public int PlaceOf(int b) => _place[b];

    /// <summary>The steps of the user's sequence b.</summary>
    public int LengthOf(int b) => _lengths[_place[b]];

    /// <summary>The steps of the sequence at sorted place b.</summary>
    public int Length(int b) => _lengths[b];

    /// <summary>One of several parts of the sequences that have about as many steps each.</summary>
    public RowRange Part(int part, int parts) => new(Bound(part, parts), Bound(part + 1, parts));

    /// <summary>Takes the shape of a batch; <paramref name="lengths"/> empty means T for all.</summary>
    /// <exception cref="ArgumentException">The batch is larger than planned, or a length lies outside 0..T.</exception>
    public void Set(int steps, int batch, ReadOnlySpan<int> lengths)
    {
        Check(steps, batch, lengths);
        Steps = steps;
        Batch = batch;
        Sort(steps, lengths);
        for (int place = 0; place < batch; place++)
        {
            _place[_order[place]] = place;
        }

        Longest = batch == 0 ? 0 : _lengths[0];
        IsDense = true;
        int row = 0;
        for (int t = 0; t < Longest; t++)
        {
            int active = batch;
            while (_lengths[active - 1] <= t)
            {
                active--;
            }

            _active[t] = active;
            _offset[t] = row;
            row += active;
        }

        _offset[Longest] = row;
        Rows = row;
        IsDense = row == steps * batch;
        for (int t = 0; t < Longest; t++)
        {
            for (int b = 0; b < _active[t]; b++)
            {
                int mirrored = _lengths[b] - 1 - t;
                _user[_offset[t] + b] = (_isReversed ? mirrored : t) * batch + _order[b];
                _mirror[_offset[t] + b] = _offset[mirrored] + b;
            }
        }
    }

    private int Bound(int part, int parts)
    {
        if (IsDense || part == 0 || part == parts)
        {
            return (int)((long)Batch * part / parts);
        }

        long wanted = (long)Rows * part / parts, steps = 0;
        int sequences = 0;
        while (steps < wanted)
        {
            steps += _lengths[sequences++];
        }

        return sequences;
    }

    private void Check(int steps, int batch, ReadOnlySpan<int> lengths)
    {
        if (steps < 0 || steps > MaxSteps || batch < 1 || batch > MaxBatch)
        {
            throw new ArgumentException(
                $"A batch of {batch} sequences of {steps} steps: planned for up to {MaxBatch} sequences of {MaxSteps} steps.");
        }

        if (lengths.Length != 0 && lengths.Length != batch)
        {
            throw new ArgumentException($"lengths: expected {batch} of them, one for each sequence, found {lengths.Length}.");
        }

        for (int b = 0; b < lengths.Length; b++)
        {
            if ((uint)lengths[b] > (uint)steps)
            {
                throw new ArgumentException($"lengths[{b}]: expected 0 to {steps} steps, found {lengths[b]}.");
            }
        }
    }

    /// <summary>Counting sort, longest first; equal lengths keep their order.</summary>
    private void Sort(int steps, ReadOnlySpan<int> lengths)
    {
        if (lengths.IsEmpty)
        {
            for (int b = 0; b < Batch; b++)
            {
                (_order[b], _lengths[b]) = (b, steps);
            }

            return;
        }

        Span<int> start = _counts.AsSpan(0, steps + 2);
        start.Clear();
        foreach (int length in lengths)
        {
            start[steps - length + 1]++;
        }

        for (int i = 1; i < start.Length; i++)
        {
            start[i] += start[i - 1];
        }

        for (int b = 0; b < lengths.Length; b++)
        {
            int place = start[steps - lengths[b]]++;
            (_order[place], _lengths[place]) = (b, lengths[b]);
        }
    }
}
