using System.CommandLine;
using SpanRnn.Comparisons.Tutorial;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Comparisons;

/// <summary>The options of a run.</summary>
internal static class CommandLine
{
    public static int Invoke(string[] args)
    {
        var tables = new Option<string>("--tables") { Description = "Comma-separated: " + string.Join(", ", Tables.Names), DefaultValueFactory = _ => string.Join(',', Tables.Names) };
        var only = new Option<string>("--only") { Description = "Only rows whose name contains this; prints, writes no file", DefaultValueFactory = _ => "" };
        Option<int?> passes = Value.Whole("--passes", "How many times all tables are measured, memory and tutorial once; ratios then show their range (1)", 1, 1000);
        Option<int?> rounds = Value.Whole("--rounds", "Rounds per row and pass (15)", 1, 100_000);
        var slice = new Option<double>("--slice-ms") { Description = "Milliseconds per contender and round, at least one call", DefaultValueFactory = _ => 30 };
        var warm = new Option<double>("--warm-ms") { Description = "Milliseconds each contender runs beforehand", DefaultValueFactory = _ => 200 };
        var threads = new Option<int>("--threads") { Description = "1 (pinned to one CPU) or 2", DefaultValueFactory = _ => 1 };
        var pytorch = new Option<string>("--pytorch") { Description = "PyTorch variants: plain, openblas, blis, or none", DefaultValueFactory = _ => "openblas,blis" };
        var contenders = new Option<string>("--contenders") { Description = "Only contenders whose names begin so; comma-separated", DefaultValueFactory = _ => "" };
        var alone = new Option<bool>("--alone") { Description = "Runs a row for one contender and prints the peak resident set", Hidden = true };
        var iterations = new Option<int>("--iterations") { Description = "Training iterations of the tutorial's run", DefaultValueFactory = _ => 2000 };
        var text = new Option<string>("--text") { Description = "The tutorial's text", DefaultValueFactory = _ => TutorialText.DefaultPath };
        var list = new Option<bool>("--list") { Description = "Lists the rows and ends" };
        var root = new RootCommand("Measures SpanRnn beside ONNX Runtime, oneDNN and PyTorch, in turns, and writes perf/results.")
        {
            tables, only, passes, rounds, slice, warm, threads, pytorch, contenders, alone, iterations, text, list,
        };
        root.SetAction(parsed => new ComparisonRun
        {
            Tables = [.. Split(parsed.GetValue(tables)).Distinct()],
            Only = parsed.GetValue(only) ?? "",
            Options = new Rounds.RoundOptions(
                parsed.GetValue(passes) ?? 1, parsed.GetValue(rounds) ?? 15,
                parsed.GetValue(slice) * 1e-3, parsed.GetValue(warm) * 1e-3, Rounds.RoundOptions.PauseFor(parsed.GetValue(threads))),
            Threads = parsed.GetValue(threads),
            TorchVariants = [.. Split(parsed.GetValue(pytorch)).Where(name => name != "none")],
            Contenders = Split(parsed.GetValue(contenders)),
            Alone = parsed.GetValue(alone),
            Iterations = parsed.GetValue(iterations),
            Text = parsed.GetValue(text) ?? "",
            Command = Typed(args),
        }.Go(parsed.GetValue(list)));
        root.Subcommands.Add(Latency(args));
        return root.Parse(args).Invoke();
    }

    private static Command Latency(string[] args)
    {
        var seconds = new Option<double>("--seconds") { Description = "For everything together", DefaultValueFactory = _ => LatencyRun.UsualSeconds };
        var threads = new Option<int>("--threads") { Description = "Held against one thread", DefaultValueFactory = _ => 2 };
        var print = new Option<bool>("--print") { Description = "Prints, writes no file" };
        var latency = new Command("latency", "Measures what spanrnn bench does, for longer, and writes perf/results and the README's latency section.")
        {
            seconds, threads, print,
        };
        latency.SetAction(parsed => LatencyRun.Go(parsed.GetValue(seconds), parsed.GetValue(threads), Typed(args), !parsed.GetValue(print)));
        return latency;
    }

    private static string Typed(string[] args) =>
        ("dotnet run -c Release --project perf/SpanRnn.Comparisons -- " + string.Join(' ', args)).TrimEnd(' ', '-');

    private static string[] Split(string? names) =>
        (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
