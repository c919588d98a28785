using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Reports;
using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Memory;

/// <summary>
/// Peak resident set of training, each contender and row in a process of its own: whole processes, runtimes, libraries and the
/// workload's input included, since that is what a machine has to have.
/// </summary>
internal static class MemoryRun
{
    private const int Calls = 5;

    /// <summary>In the child: runs the row and prints the peak in bytes.</summary>
    public static int Child(IReadOnlyList<IContender> contenders, Workload[] workloads)
    {
        IContender contender = contenders.Single();
        using IPrepared prepared = Prepare(contender, workloads.Single());
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // the workload's weights, which PyTorch's process drops here too
        prepared.Run(Calls);
        Console.WriteLine(contender.PeakResidentBytes.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Apart, so that no variable of the caller's holds the data.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IPrepared Prepare(IContender contender, Workload workload) => contender.Prepare(workload, WorkloadData.Of(workload));

    public static string Parent(IReadOnlyList<IContender> contenders, string only, string[] torchVariants, RunFacts facts)
    {
        Workload[] workloads = [.. Tables.All.Where(w => w.Table == "training" && w.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        IContender[] able = [.. contenders.Where(contender => contender is not YardstickContender && workloads.Any(contender.Supports))];
        IEnumerable<string[]> rows = workloads.Select(w => (string[])[w.Name, .. able.Select(contender => Measure(contender, w, torchVariants, facts.Threads))]);
        return "# Peak resident set of training, MiB\n\n" + string.Join('\n', facts.Lines()) + $"\n\nEach cell is a process of its own after {Calls} training steps.\n\n"
            + Markdown.Table(["workload", .. able.Select(contender => contender.Name)], rows);
    }

    private static string Measure(IContender contender, Workload workload, string[] torchVariants, int threads)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["--alone", "--tables", workload.Table, "--only", workload.Name, "--contenders", contender.Name, "--pytorch", string.Join(',', torchVariants), "--threads", $"{threads}"])
        {
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        string answer = child.StandardOutput.ReadToEnd().Trim();
        child.WaitForExit();
        return long.TryParse(answer, CultureInfo.InvariantCulture, out long bytes) ? Show.Number(bytes / (double)(1 << 20)) : "failed";
    }
}
