namespace SpanRnn.Training.Losses;

/// <summary>The losses of some rows: their sum in the order of the rows, or, where threads share the rows, each row's for a sum that follows.</summary>
/// <param name="room">One number for each row of all threads, or empty to sum.</param>
/// <param name="first">The first row.</param>
/// <param name="end">The one after the last.</param>
internal ref struct RowLosses(Span<double> room, int first, int end)
{
    private readonly Span<double> _room = room;

    public int First { get; } = first;

    public int End { get; } = end;

    /// <summary>The sum of what was added, if there is no room for each.</summary>
    public double Total { get; private set; }

    /// <summary>Takes the loss of a row; a row that does not count has 0.</summary>
    public void Add(int row, double loss)
    {
        if (_room.IsEmpty)
        {
            Total += loss;
        }
        else
        {
            _room[row] = loss;
        }
    }
}
