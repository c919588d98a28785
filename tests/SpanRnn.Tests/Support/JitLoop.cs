using System.Text.RegularExpressions;

namespace SpanRnn.Tests.Support;

/// <summary>An innermost loop of compiled code: the instructions from its head to the jump back.</summary>
internal sealed partial class JitLoop(IReadOnlyList<string> code)
{
    public IReadOnlyList<string> Code { get; } = code;

    /// <summary>Instructions on vector registers.</summary>
    public int Vectors => Code.Count(line => line.StartsWith('v'));

    public int MultiplyAdds => Code.Count(line => MultiplyAdd().IsMatch(line));

    public int Broadcasts => Code.Count(line => line.StartsWith("vbroadcastss ", StringComparison.Ordinal));

    /// <summary>Whole vectors read from memory by an instruction of their own.</summary>
    public int Loads => Code.Count(line => Load().IsMatch(line));

    /// <summary>Copies from register to register.</summary>
    public int Moves => Code.Count(line => Move().IsMatch(line));

    /// <summary>Lines asked for into the second-level cache.</summary>
    public int Prefetches => Code.Count(line => line.StartsWith("prefetcht1 ", StringComparison.Ordinal));

    public IEnumerable<string> Calls => Code.Where(line => line.StartsWith("call ", StringComparison.Ordinal));

    /// <summary>Vector registers written to the stack, or read from it.</summary>
    public IEnumerable<string> Spills => Code.Where(line => OnStack().IsMatch(line) && VectorRegister().IsMatch(line));

    public override string ToString() => string.Join(Environment.NewLine, Code);

    [GeneratedRegex(@"^vfn?m(add|sub)\d+[ps]s\b")]
    private static partial Regex MultiplyAdd();

    [GeneratedRegex(@"^vmov(u|a)p[sd] +[yz]mm\d+, [yz]mmword ptr \[")]
    private static partial Regex Load();

    [GeneratedRegex(@"^vmov\w+ +[xyz]mm\d+, [xyz]mm\d+$")]
    private static partial Regex Move();

    [GeneratedRegex(@"\[r(sp|bp)\b")]
    private static partial Regex OnStack();

    [GeneratedRegex(@"\b[xyz]mm\d+\b")]
    private static partial Regex VectorRegister();
}
