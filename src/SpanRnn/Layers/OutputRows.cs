namespace SpanRnn.Layers;

/// <summary>Where the hidden states of all steps go in inference, if not to the layer's tape, which then gets the final ones alone.</summary>
/// <param name="rows">Rows of whole blocks, maybe with something else between them.</param>
/// <param name="isMirrored">
/// Whether the first step's row is the last: of a reverse direction, whose states belong beside those of the other. All sequences have one length then.
/// </param>
internal readonly ref struct OutputRows(RowView rows, bool isMirrored = false)
{
    public RowView Rows { get; } = rows;

    public bool IsMirrored { get; } = isMirrored;

    public bool IsEmpty => Rows.IsEmpty;
}
