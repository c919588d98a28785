namespace SpanRnn.Tool;

/// <summary>
/// Something the user can put right: a missing file, a wrong number. The message is the whole report, so it names the
/// thing; the tool prints it without a stack trace and exits with <see cref="ExitCode"/>.
/// </summary>
internal sealed class ToolException : Exception
{
    public const int ExitCode = 2;

    public ToolException(string message) : base(message) { }

    public ToolException(string message, Exception cause) : base(message, cause) { }
}
