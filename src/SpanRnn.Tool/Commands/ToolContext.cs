namespace SpanRnn.Tool.Commands;

/// <summary>What a command may talk to.</summary>
/// <param name="Output">stdout.</param>
/// <param name="Error">stderr.</param>
/// <param name="Stop">Ctrl+C.</param>
internal sealed record ToolContext(TextWriter Output, TextWriter Error, CancellationToken Stop);
