using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments;

/// <summary>Texts that a user gives: as arguments, or line by line as they are typed.</summary>
internal static class TypedLines
{
    /// <summary>The arguments as one text; without any, the lines of the input that are not blank, until it ends or Ctrl+C.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string>? arguments, ToolContext context)
    {
        if (arguments is { Count: > 0 })
        {
            yield return string.Join(' ', arguments);
            yield break;
        }

        if (context.IsTyped)
        {
            context.Error.WriteLine("Type a line and press Enter; an empty line ends it.");
        }

        while (!context.Stop.IsCancellationRequested && context.Input.ReadLine() is { } line && !(context.IsTyped && line.Trim().Length == 0))
        {
            if (line.Trim().Length > 0)
            {
                yield return line.Trim();
            }
        }
    }
}
