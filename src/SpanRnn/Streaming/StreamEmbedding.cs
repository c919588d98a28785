namespace SpanRnn.Streaming;

/// <summary>A table's rows, never changed.</summary>
internal abstract class StreamEmbedding
{
    public abstract long Bytes { get; }

    /// <summary>A token's row as floats: where it lies, or what was written to <paramref name="room"/>.</summary>
    public abstract ref float Row(int token, ref float room);
}
