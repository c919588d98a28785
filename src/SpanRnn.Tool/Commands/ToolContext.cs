namespace SpanRnn.Tool.Commands;

/// <summary>What a command may talk to.</summary>
/// <param name="Output">stdout.</param>
/// <param name="Error">stderr.</param>
/// <param name="Stop">Ctrl+C.</param>
internal sealed record ToolContext(TextWriter Output, TextWriter Error, CancellationToken Stop)
{
    /// <summary>stdin.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Whether a person types it.</summary>
    public bool IsTyped { get; init; }
}
