using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Memory;
using SpanRnn.Comparisons.Reports;
using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Tutorial;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons;

/// <summary>One run of the program: limits first, then every table asked for, contenders in turns.</summary>
internal sealed class ComparisonRun
{
    public required string[] Tables { get; init; }

    public required string Only { get; init; }

    public required RoundOptions Options { get; init; }

    public required int Threads { get; init; }

    public required string[] TorchVariants { get; init; }

    public required string[] Contenders { get; init; }

    public required bool Alone { get; init; }

    public required int Iterations { get; init; }

    public required string Text { get; init; }

    public required string Command { get; init; }

    private bool Partial => Only.Length > 0 || Contenders.Length > 0;

    public int Go(bool listOnly)
    {
        foreach (string unknown in Tables.Except(Workloads.Tables.Names))
        {
            Console.Error.WriteLine($"Unknown table '{unknown}': {string.Join(", ", Workloads.Tables.Names)}.");
            return 2;
        }

        Workload[] workloads = [.. Workloads.Tables.All.Where(w => Tables.Contains(w.Table) && w.Name.Contains(Only, StringComparison.OrdinalIgnoreCase))];
        if (Threads != 1) workloads = [.. workloads.Select(w => w with { Target = Target.None })];   // targets are for one thread
        if (listOnly)
        {
            foreach (Workload w in workloads) Console.WriteLine($"{w.Table,-10} {w.Name,-36} {w.Mode,-15} {w.Target}");
            return 0;
        }

        // Before any child process starts: they inherit the CPU.
        int? cpu = Threads == 1 ? Affinity.PinToOne() : null;
        if (Alone)
        {
            using var one = new ContenderList(Threads, null, TorchVariants, Contenders);
            return MemoryRun.Child(one.Present, workloads);
        }

        Limits limits = LimitMeter.Measure(Threads);
        using var contenders = new ContenderList(Threads, limits, TorchVariants, Contenders);
        var facts = new RunFacts(Threads, cpu, Command, Options, limits, [.. contenders.Present.Select(c => c.Description)], contenders.Missing);
        Console.WriteLine(string.Join('\n', facts.Lines()) + "\n");

        // In the order in which they are visited.
        workloads = [.. Tables.SelectMany(table => workloads.Where(w => w.Table == table))];
        var progress = new RowProgress(workloads, Options.Passes);
        Dictionary<Workload, RowResult> rows = [];
        for (int pass = 1; pass <= Options.Passes; pass++)
        {
            if (Options.Passes > 1) Console.WriteLine($"Pass {pass} of {Options.Passes}\n");
            foreach (string table in Tables)
            {
                switch (table)
                {
                    // Processes of their own, and minutes of one work: measured once.
                    case "tutorial":
                        if (pass == 1) PublishWhole(table, TutorialRunner.Run(contenders.Present, Iterations, Text, facts));
                        break;
                    case "memory":
                        if (pass == 1) PublishWhole(table, MemoryRun.Parent(contenders.Present, Only, TorchVariants, facts));
                        break;
                    default:
                        Measure(table, [.. workloads.Where(w => w.Table == table)], contenders, facts with { Passes = pass }, progress, rows);
                        break;
                }
            }
        }

        return rows.Values.All(row => row.Notes.Count == 0) ? 0 : 1;
    }

    /// <summary>Visits a table's rows, and publishes what is known of them by now.</summary>
    private void Measure(
        string table, Workload[] workloads, ContenderList contenders, RunFacts facts, RowProgress progress, Dictionary<Workload, RowResult> rows)
    {
        if (workloads.Length == 0) return;
        var runner = new RoundRunner(Options);
        foreach (Workload workload in workloads)
        {
            progress.Begin();
            Visit visit = runner.Run(workload, RooflineTime.Seconds(workload, facts.Limits), contenders.Present);
            rows[workload] = rows.TryGetValue(workload, out RowResult? before) ? before.Then(visit) : new RowResult(workload, [visit]);
            Console.WriteLine($"  {progress.End()} {workload.Name}: "
                + string.Join(", ", visit.Rounds.Select(rounds => $"{rounds.Contender} {Show.Number(Timing.MedianOf(rounds.Seconds) * 1e6)} us")));
            foreach (string note in visit.Notes) Console.WriteLine("  ! " + note);
        }

        RowResult[] known = [.. workloads.Select(workload => rows[workload])];
        Publish(table, TableReport.Write(table, known, facts) + (table == "growth" ? GrowthReport.Write(known) : ""));
        if (!Partial && Threads == 1) ReadmeTables.Write(table, known);
    }

    /// <summary>A report whose table stands in the README as it is.</summary>
    private void PublishWhole(string table, string report)
    {
        Publish(table, report);
        if (!Partial && Threads == 1) ReadmeTables.Write(table, report);
    }

    /// <summary>Prints a report, and saves it unless it holds only some of the rows.</summary>
    private void Publish(string table, string report)
    {
        Console.WriteLine("\n" + report);
        if (!Partial) Console.WriteLine("Written: " + ResultFolder.Save(table, Threads, report));
    }
}
