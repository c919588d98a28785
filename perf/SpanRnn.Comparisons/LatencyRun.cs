using SpanRnn.Comparisons.Reports;
using SpanRnn.Tool.Bench;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Display;

namespace SpanRnn.Comparisons;

/// <summary>What <c>spanrnn bench</c> measures, by the same classes, for so long that every layer makes a million steps; written to results and README.</summary>
internal static class LatencyRun
{
    /// <summary>Suffices for a million steps of each layer on the machines of <c>results/</c>.</summary>
    public const double UsualSeconds = 600;

    /// <param name="seconds">For everything together.</param>
    /// <param name="threads">Of the team that is held against one thread.</param>
    /// <param name="command">The command line that was typed.</param>
    /// <param name="writes">Whether the files are written, or the tables only printed.</param>
    public static int Go(double seconds, int threads, string command, bool writes)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        var settings = new BenchSettings { Seconds = seconds, Threads = threads, Parts = [0.8, 0.06, 0.05, 0.03, 0.06] };
        var screen = new Screen(Console.Out, Console.Error);
        var run = new BenchRun(settings, model: null, stop.Token);
        BenchPrinter.Announce(screen, settings, run.Sections, model: null);
        BenchReport report = run.Run(screen.Progress);
        string markdown = BenchMarkdown.Of(report, command);
        Console.WriteLine("\n" + markdown);
        if (!report.IsComplete || !writes)
        {
            return report.IsComplete ? 0 : 1;
        }

        Console.WriteLine("Written: " + ResultFolder.Save("latency", threads: 1, markdown));
        foreach (BenchTable table in BenchTables.Of(report))
        {
            ReadmeTables.Write(table);
        }

        return 0;
    }
}
