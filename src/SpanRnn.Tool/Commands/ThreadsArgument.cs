using System.CommandLine;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Commands;

/// <summary>--threads: how many share one training. What a model becomes does not depend on it, to the bit, so it is no setting of a run.</summary>
internal sealed class ThreadsArgument
{
    /// <summary>Threads for each processor, at most: beyond one for each, they take turns and only get slower.</summary>
    private const int MostPerProcessor = 2;

    public Option<int?> Threads { get; } = Value.Whole("--threads", "Threads that share one training, with the same results to the bit (1).", 1, 1024);

    /// <summary>How many were asked for.</summary>
    /// <exception cref="ToolException">More than the machine has use for.</exception>
    public int Of(ParseResult line) => Checked(line.GetValue(Threads) ?? 1);

    /// <summary>As many as were asked for.</summary>
    /// <exception cref="ToolException">More than the machine has use for.</exception>
    public static int Checked(int threads)
    {
        int most = MostPerProcessor * Environment.ProcessorCount;
        return threads <= most
            ? threads
            : throw new ToolException(
                $"--threads: expected 1 to {most}, {MostPerProcessor} for each of this machine's {Environment.ProcessorCount} processors, found {threads}.");
    }

    /// <summary>A team of so many, to be disposed; null for one thread.</summary>
    public static WorkerTeam? TeamOf(int threads) => threads > 1 ? new WorkerTeam(threads) : null;

    /// <summary>In words: "1 thread".</summary>
    public static string Text(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
