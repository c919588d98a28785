namespace SpanRnn.Tool.Commands;

/// <summary><c>compare --task NAME</c>: the same comparison on the data of an experiment, whose command then reads the other options.</summary>
internal static class ComparedTask
{
    /// <summary>The option.</summary>
    public const string Option = "--task";

    /// <summary>The usual task: a text.</summary>
    public const string Text = "text";

    /// <summary>The command line of the task's own command, or, for a text, the same without the option.</summary>
    /// <param name="arguments">Any command line.</param>
    /// <param name="tasks">The experiments that compare models.</param>
    /// <exception cref="ToolException">There is no such task, or none is named.</exception>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> arguments, IReadOnlyList<string> tasks)
    {
        if (arguments.Count == 0 || arguments[0] != "compare")
        {
            return arguments;
        }

        string? task = null;
        var rest = new List<string>();
        for (int i = 1; i < arguments.Count; i++)
        {
            bool isJoined = arguments[i].StartsWith($"{Option}=", StringComparison.Ordinal) || arguments[i].StartsWith($"{Option}:", StringComparison.Ordinal);
            if (!isJoined && arguments[i] != Option)
            {
                rest.Add(arguments[i]);
                continue;
            }

            string found = isJoined ? arguments[i][(Option.Length + 1)..] : i + 1 < arguments.Count ? arguments[++i] : "";
            if (task is not null)
            {
                throw new ToolException($"{Option}: expected it once, found it again with '{found}'.");
            }

            task = found == Text || tasks.Contains(found)
                ? found
                : throw new ToolException($"{Option}: expected one of {string.Join(", ", tasks.Prepend(Text))}, found '{found}'.");
        }

        return task switch
        {
            null => arguments,
            Text => ["compare", .. rest],
            _ => [task, "--compared", .. rest],
        };
    }
}
