using System.Text.RegularExpressions;

namespace SpanRnn.Tests.Support;

/// <summary>A call, or a jump to another method, in compiled code.</summary>
/// <param name="Name">As <see cref="JitMethod.Name"/>; a helper of the runtime by its own name, and a bare register as it is.</param>
/// <param name="IsVirtual">Whether the target is looked up in a table: an override of that method.</param>
internal sealed partial record JitCall(string Name, bool IsVirtual)
{
    public string Type => TypeOf(Name);

    public string Method => MethodOf(Name);

    /// <summary>From an instruction such as <c>call [rax+0x10]Type:Method(Arguments)</c>, <c>call [Type:Method(Arguments)]</c> or <c>call HELPER</c>.</summary>
    public static JitCall Parse(string instruction)
    {
        string target = instruction[instruction.IndexOf(' ')..].Trim();
        Match table = Table().Match(target);
        string name = table.Success ? table.Groups[1].Value : target.StartsWith('[') ? target[1..] : target;
        return new JitCall(name.Contains(':') ? JitMethod.Short(name) : name.TrimEnd(']'), table.Success);
    }

    /// <summary>Before the last colon, without type arguments.</summary>
    public static string TypeOf(string name) => name[..name.LastIndexOf(':')].Split('[')[0];

    /// <summary>After the last colon.</summary>
    public static string MethodOf(string name) => name[(name.LastIndexOf(':') + 1)..];

    [GeneratedRegex(@"^\[r\w+(?:\+0x[0-9A-Fa-f]+)?\](\S.*)$")]
    private static partial Regex Table();
}
