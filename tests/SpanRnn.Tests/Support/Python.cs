using System.ComponentModel;
using System.Diagnostics;

namespace SpanRnn.Tests.Support;

/// <summary>Runs Python scripts, where there is a Python.</summary>
internal static class Python
{
    private static readonly Lazy<string?> Torch = new(() => Run("import numpy, torch").Error is { Length: > 0 } error
        ? $"Missing torch: python3 -c \"import numpy, torch\" says: {error.TrimEnd().Split('\n')[^1]}"
        : null);

    /// <summary>Null where torch can be imported, otherwise the sentence that a skipped test shows. Asked once per run.</summary>
    public static string? WhyNoTorch => Torch.Value;

    /// <summary>What a script prints, and why it failed (empty if it did not).</summary>
    public static (string Output, string Error) Run(string script, params string[] arguments)
    {
        // The system's Python first: others on the path may lack its packages.
        string python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var start = new ProcessStartInfo(python, ["-W", "ignore", "-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (output, process.ExitCode == 0 ? "" : $"exit code {process.ExitCode}\n{error.Result}");
        }
        catch (Win32Exception missing)
        {
            return ("", missing.Message);
        }
    }
}
