namespace SpanRnn.Formats;

/// <summary>A tensor that options ask for.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">[rows, columns], or [length].</param>
/// <param name="Role">What it does.</param>
/// <param name="Gates">Blocks of rows: G; 1 outside of recurrent layers.</param>
internal sealed record ExpectedTensor(string Name, long[] Shape, TensorRole Role, int Gates = 1)
{
    /// <summary>The likely cause of a wrong shape, as the end of a sentence; empty if there is none.</summary>
    public string Cause(ReadOnlySpan<long> found)
    {
        if (found.Length != Shape.Length || Role == TensorRole.State)
        {
            return "";
        }

        if (Shape.Length == 2 && found[0] == Shape[1] && found[1] == Shape[0])
        {
            return ": that is its transpose, as Keras and ONNX lay out some of theirs";
        }

        return found[0] != Shape[0] ? CauseOfRows(found[0]) : CauseOfColumns(found[1]);
    }

    private string CauseOfRows(long rows)
    {
        if (Role == TensorRole.Embedding)
        {
            return $": that is a vocabulary of {rows}";
        }

        if (Role is TensorRole.Head or TensorRole.Projection)
        {
            return Role == TensorRole.Head ? $": that is a head of {rows} outputs" : $": that is a projection to {rows}";
        }

        long units = Shape[0] / Gates;
        string? cell = rows % units != 0 || Role == TensorRole.Peephole ? null : (rows / units) switch { 1 => "an RNN", 3 => "a GRU", 4 => "an LSTM", _ => null };
        return cell is not null ? $": that is {cell}'s" : rows % Gates == 0 ? $": that is a layer of {rows / Gates} units" : "";
    }

    private string CauseOfColumns(long columns) => Role switch
    {
        TensorRole.Head or TensorRole.InputWeight when columns == 2 * Shape[1] => ": that reads a bidirectional layer",
        TensorRole.Head or TensorRole.InputWeight when 2 * columns == Shape[1] => ": that reads a layer of one direction",
        TensorRole.RecurrentWeight when columns < Shape[1] => $": that is an LSTM's with a projection to {columns}",
        TensorRole.RecurrentWeight or TensorRole.Projection => $": that is a layer of {columns} units",
        _ => $": that is an input of {columns}",
    };
}
