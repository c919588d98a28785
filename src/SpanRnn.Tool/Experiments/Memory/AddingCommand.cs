using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Trains models to add two marked numbers of a long sequence.</summary>
internal sealed class AddingCommand(ToolContext context) : MemoryCommand(
    "adding",
    "Add two marked numbers of a long sequence: who can remember?",
    context,
    Value.Whole("--steps", $"T, numbers of a sequence; classic are 200 and 600 ({UsualSteps}).", 2, 100_000),
    new MemorySettings { Steps = UsualSteps, Hidden = 64, Batch = 20, LearningRate = 0.002, Clip = 1, Gates = GateStart.Chrono },
    usualIterations: 4000)
{
    private const int UsualSteps = 200;

    protected override IExperiment Of(MemorySettings settings) => new AddingExperiment(settings);
}
