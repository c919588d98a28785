using SpanRnn.Tool.Bench.Models;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>Something that is timed in turns with others.</summary>
/// <param name="Run">Does it so many times, and returns the clock's ticks.</param>
/// <param name="Steps">How many steps it counts as.</param>
internal sealed record TimedWork(Func<int, long> Run, int Steps = 1)
{
    /// <summary>What is done before each turn, untimed.</summary>
    public Action? Before { get; init; }

    public static TimedWork Of(Stepped stepped) => new(count => StepRecorder.Run(stepped, count), stepped.Streams);
}
