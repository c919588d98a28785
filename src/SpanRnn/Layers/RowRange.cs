namespace SpanRnn.Layers;

/// <summary>Some neighbours of a batch's sequences, in sorted order: what one thread works on.</summary>
/// <param name="First">The first of them.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct RowRange(int First, int End)
{
    /// <summary>How many of them are among the first <paramref name="active"/>.</summary>
    public int Of(int active) => Math.Max(0, Math.Min(End, active) - First);
}
