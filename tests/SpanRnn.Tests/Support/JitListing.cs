using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SpanRnn.Tests.Support;

/// <summary>What the runtime compiles the hot loops to: SpanRnn.CodeFacts runs them in a process of its own, which writes it down.</summary>
internal sealed partial class JitListing
{
    private static readonly Lazy<JitListing> Wide = new(() => new JitListing(16)), Narrow = new(() => new JitListing(8));

    /// <summary>A listing that lies before us.</summary>
    public JitListing(int lanes, string[] lines) => (Lanes, Methods) = (lanes, [.. Parse(lines)]);

    private JitListing(int lanes) : this(lanes, Run(lanes))
    {
    }

    public int Lanes { get; }

    public IReadOnlyList<JitMethod> Methods { get; }

    /// <summary>The listing for vectors of 16 or 8 lanes, the latter without AVX-512's registers. Made once.</summary>
    public static JitListing At(int lanes) => (lanes == 16 ? Wide : Narrow).Value;

    /// <summary>The methods whose name begins so.</summary>
    public IEnumerable<JitMethod> Of(string start) => Methods.Where(method => method.Name.StartsWith(start, StringComparison.Ordinal));

    private static string[] Run(int lanes)
    {
        string file = Path.GetTempFileName();
        try
        {
            Run(lanes, file);
            return File.ReadAllLines(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Run(int lanes, string file)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "SpanRnn.CodeFacts.dll"), lanes.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => Other().IsMatch(name)).ToArray())
        {
            start.Environment.Remove(name); // what this run was told about its own code
        }

        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_JitDisasm"] = "*";
        start.Environment["DOTNET_JitDisasmAssemblies"] = "SpanRnn;SpanRnn.Interchange";
        start.Environment["DOTNET_JitStdOutFile"] = file;
        if (lanes < 16)
        {
            start.Environment["DOTNET_EnableAVX512"] = "0";
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim(), expected = $"{Environment.Version} {lanes}";
        process.WaitForExit();
        if (process.ExitCode != 0 || output != expected)
        {
            throw new InvalidOperationException($"SpanRnn.CodeFacts: expected \"{expected}\", found \"{output}\". {error.Result}");
        }
    }

    private static IEnumerable<JitMethod> Parse(string[] lines)
    {
        int[] headings = [.. Enumerable.Range(0, lines.Length).Where(at => Heading().IsMatch(lines[at])), lines.Length];
        return headings.Zip(headings.Skip(1), (from, to) => JitMethod.Parse(Heading().Match(lines[from]).Groups[1].Value, lines[(from + 1)..to]));
    }

    [GeneratedRegex(@"^; Assembly listing for method (.+) \(")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(SPANRNN_LANES|(DOTNET|COMPlus)_(Jit|Tiered|TC_|OSR|Enable|ReadyToRun|PreferredVector).*)$")]
    private static partial Regex Other();
}
