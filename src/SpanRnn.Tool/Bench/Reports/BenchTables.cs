using SpanRnn.Streaming;
using SpanRnn.Tool.Bench.Sections;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>A bench report as tables.</summary>
internal static class BenchTables
{
    /// <summary>Of fewer durations the 999th of a thousand is the longest, and is not shown.</summary>
    private const int FewForP999 = 1000;

    /// <summary>Those that have rows, in the order they were measured.</summary>
    public static IReadOnlyList<BenchTable> Of(BenchReport report)
    {
        BenchTable?[] tables =
        [
            report.Latency is { } latency ? LatencyOf(latency) : null,
            report.Latency is { } blocks ? AudioOf(blocks) : null,
            FormatsOf(report.Formats),
            StreamsOf(report.Streams),
            FlatnessOf(report.Flatness),
            CoresOf(report.Cores, report.Threads),
        ];
        return [.. tables.OfType<BenchTable>().Where(table => table.Rows.Count > 0)];
    }

    private static BenchTable LatencyOf(LatencyReport latency)
    {
        GarbageReport garbage = latency.Garbage;
        string note = $"Single steps back to back, weights in a cache where they fit; as many beside the garbage. Readings of the clock move by about "
            + $"{Show.Time(latency.ClockStepNanoseconds)}; measuring costs {Show.Time(latency.ClockCostNanoseconds)} (median), which is subtracted, but not from the "
            + "empty step in the last row: that is what the machine does to any loop. The next table has steps in blocks, where the clock does not count. "
            + $"Garbage: another thread allocated {Figures.Whole(garbage.MegabytesPerSecond)} MB/s for {Show.Number(garbage.Seconds)} s, in which "
            + $"{Figures.Whole(garbage.Collections)} collections ({garbage.FullCollections} full) stopped every thread for {Show.Number(garbage.PauseMilliseconds)} ms in all; "
            + $"without it there were {garbage.CollectionsWithout}.";
        return new BenchTable(
            "latency", "Latency of one step", note,
            ["", "steps", "p50", "p99", "p99.9", "worst", "allocated", "garbage: p50", "p99", "p99.9", "worst"],
            [
                .. latency.Rows.Select(row => Row(NameOf(row.Name, row.Format), row.Alone, row.BesideGarbage)),
                Row("an empty step", latency.EmptyAlone, latency.EmptyBesideGarbage),
            ]);

        static IReadOnlyList<string> Row(string name, LatencyFigures alone, LatencyFigures garbage) =>
        [
            name, Figures.Short(alone.Step.Count), .. Times(alone.Step), $"{Figures.Whole(alone.AllocatedBytes + garbage.AllocatedBytes)} B", .. Times(garbage.Step),
        ];

        static string[] Times(Durations step) =>
            [Show.Time(step.P50), Show.Time(step.P99), step.Count < FewForP999 ? "-" : Show.Time(step.P999), Show.Time(step.Worst)];
    }

    private static BenchTable AudioOf(LatencyReport latency) => new(
        "audio", "64 steps against an audio block",
        $"What part of the {Show.Time(latency.BudgetNanoseconds)} that 64 samples last at 48 kHz their 64 steps take, measured as blocks, the clock included; "
            + "the step is the median block's 64th part. Where there are fewer than a thousand, there is no p99.9.",
        ["", "step", "blocks", "p50", "p99.9", "worst", "garbage: p50", "p99.9", "worst"],
        [
            .. latency.Rows.Select(row => (IReadOnlyList<string>)
            [
                NameOf(row.Name, row.Format), Show.Time(row.Alone.Block.P50 / LatencySection.BlockSteps), Figures.Short(row.Alone.Block.Count),
                .. Parts(row.Alone.Block, latency.BudgetNanoseconds), .. Parts(row.BesideGarbage.Block, latency.BudgetNanoseconds),
            ]),
        ]);

    private static string[] Parts(Durations block, double budget)
    {
        return [Part(block.P50), block.Count < FewForP999 ? "-" : Part(block.P999), Part(block.Worst)];

        string Part(double nanoseconds) => $"{Show.Number(nanoseconds / budget * 100)}%";
    }

    private static BenchTable FormatsOf(IReadOnlyList<FormatRow> rows) => new(
        "formats", "Weight formats", "One step, medians of rounds in which the formats take turns.",
        ["", "weights", "bytes", "step", "x float32", "GB/s"],
        [
            .. rows.Select(row => (IReadOnlyList<string>)
            [
                row.Name, NameOf(row.Format), row.WeightBytes > 0 ? Show.Bytes(row.WeightBytes) : "-", Show.Time(row.Nanoseconds),
                BenchTable.Times(row.TimesFloat32), row.WeightBytes > 0 ? Show.Number(row.GigabytesPerSecond) : "-",
            ]),
        ]);

    private static BenchTable StreamsOf(IReadOnlyList<StreamRow> rows) => new(
        "streams", "Many streams", "Time for each stream's step, stepped together (StepMany) and one after the other; medians of rounds in turns.",
        ["", "streams", "together", "alone", "x alone"],
        [
            .. rows.Select(row => (IReadOnlyList<string>)
                [row.Name, row.Streams.ToString(), Show.Time(row.Nanoseconds), Show.Time(row.AloneNanoseconds), BenchTable.Times(row.TimesAlone)]),
        ]);

    private static BenchTable FlatnessOf(IReadOnlyList<FlatnessRow> rows) => new(
        "flatness", "Flatness", "A step's time over that of a lively stream, medians of rounds in turns: 1 is flat. Denormals would cost tens of times more.",
        ["", "lively", "silent steps before", "in silence", "while 1e20 comes in", "in the silence after it"],
        [
            .. rows.Select(row => (IReadOnlyList<string>)
            [
                NameOf(row.Name, row.Format), Show.Time(row.LivelyNanoseconds), Figures.Whole(row.SilentSteps), BenchTable.Times(row.Silent),
                row.Extreme is { } extreme ? BenchTable.Times(extreme) : "-", row.AfterExtreme is { } after ? BenchTable.Times(after) : "-",
            ]),
        ]);

    private static BenchTable CoresOf(IReadOnlyList<CoreRow> rows, int threads) => new(
        "cores", "Cores", $"One thread and a team of {threads}, medians of rounds in turns; training is a whole step with Adam. The bits are the same.",
        ["", "one thread", $"{threads} threads", "times as fast"],
        [.. rows.Select(row => (IReadOnlyList<string>)[row.Name, Show.Time(row.OneNanoseconds), Show.Time(row.TeamNanoseconds), BenchTable.Times(row.Times)])]);

    private static string NameOf(string model, WeightFormat format) => format == WeightFormat.Float32 ? model : $"{model}, {NameOf(format)}";

    private static string NameOf(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => "bf16",
        WeightFormat.Int8 => "int8",
        _ => "float32",
    };
}
