namespace SpanRnn.Formats;

/// <summary>
/// A model file that breaks a rule of its format, or that lacks what was asked of it. The message starts with the
/// file's name and says which rule was broken, with the number expected and the number found.
/// </summary>
/// <remarks>It is an <see cref="IOException"/>, so one catch covers a bad file and a bad disk.</remarks>
public sealed class ModelFileException : IOException
{
    private const int LongestQuote = 80;

    /// <summary>Names the file and the reason it was refused.</summary>
    /// <param name="file">The file's path, or what the caller calls the stream.</param>
    /// <param name="reason">The rule that was broken, with both numbers.</param>
    /// <param name="inner">The error that revealed it, if there was one.</param>
    public ModelFileException(string file, string reason, Exception? inner = null) : base($"{file}: {reason}", inner)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>The file's path, or what the caller called the stream.</summary>
    public string File { get; }

    /// <summary>The message without the file's name.</summary>
    public string Reason { get; }

    /// <summary>
    /// Text from a file, fit for a message: a hostile file must not be able to fill a log or move a terminal's cursor.
    /// </summary>
    internal static string Quote(string text)
    {
        bool isLong = text.Length > LongestQuote;
        string start = isLong ? text[..LongestQuote] : text;
        string calm = string.Create(start.Length, start, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
        return isLong ? $"'{calm}...' ({text.Length} characters)" : $"'{calm}'";
    }
}
