using System.Text.RegularExpressions;

namespace SpanRnn.Tests.Support;

/// <summary>One method of the runtime's listing of compiled code.</summary>
/// <param name="Name">Type, method and type arguments, without SpanRnn's namespaces: <c>Tile:Run[Lanes16,Two,Three]</c>.</param>
/// <param name="Code">Instructions.</param>
/// <param name="Loops">Loops that hold no other loop.</param>
internal sealed partial record JitMethod(string Name, IReadOnlyList<string> Code, IReadOnlyList<JitLoop> Loops)
{
    public IEnumerable<string> Calls => Code.Where(line => line.StartsWith("call ", StringComparison.Ordinal));

    /// <summary>What control passes to: calls, and jumps to other methods.</summary>
    public IEnumerable<JitCall> Targets => Code
        .Where(line => line.StartsWith("call ", StringComparison.Ordinal) || line.StartsWith("tail.jmp ", StringComparison.Ordinal)).Select(JitCall.Parse);

    /// <summary>A method's name without arguments and SpanRnn's namespaces.</summary>
    public static string Short(string name) => Namespace().Replace(Arguments().Replace(name, ""), "");

    /// <summary>From the lines between a method's heading and the next.</summary>
    public static JitMethod Parse(string heading, IEnumerable<string> lines)
    {
        var labels = new Dictionary<string, int>();
        var code = new List<string>();
        var loops = new List<(int First, int Last)>();
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != ';'))
        {
            Match label = Label().Match(line);
            if (label.Success)
            {
                labels[label.Groups[1].Value] = code.Count;
                continue;
            }

            // A jump to a label that was already seen closes a loop.
            Match jump = Jump().Match(line);
            if (jump.Success && labels.TryGetValue(jump.Groups[1].Value, out int first))
            {
                loops.Add((first, code.Count));
            }

            code.Add(Size().Replace(line, ""));
        }

        IEnumerable<JitLoop> innermost =
            from loop in loops
            where !loops.Exists(other => other != loop && loop.First <= other.First && other.Last <= loop.Last)
            select new JitLoop(code[loop.First..(loop.Last + 1)]);
        return new JitMethod(Short(heading), code, [.. innermost]);
    }

    public override string ToString() => $"{Name}{Environment.NewLine}{string.Join(Environment.NewLine, Code)}";

    [GeneratedRegex(@"^(\w+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^j(?!mp)\w+ +(?:SHORT +)?(\w+_IG\d+)")]
    private static partial Regex Jump();

    /// <summary>The comment behind an instruction.</summary>
    [GeneratedRegex(@" *;.*$")]
    private static partial Regex Size();

    [GeneratedRegex(@"\(.*$")]
    private static partial Regex Arguments();

    [GeneratedRegex(@"\bSpanRnn\.(?:\w+\.)*")]
    private static partial Regex Namespace();
}
