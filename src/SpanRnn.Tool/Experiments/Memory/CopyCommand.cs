using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Trains models to say again what they were told long ago.</summary>
internal sealed class CopyCommand(ToolContext context) : MemoryCommand(
    "copy",
    "Say again ten symbols after a long delay: who can remember?",
    context,
    Value.Whole("--delay", $"Steps between the last symbol and the first that is wanted again ({UsualDelay}).", 1, 100_000),
    new MemorySettings { Steps = UsualDelay, Hidden = 128, Batch = 20, LearningRate = 0.004, Clip = 1, Gates = GateStart.Chrono },
    usualIterations: 10_000)
{
    private const int UsualDelay = 100;

    protected override IExperiment Of(MemorySettings settings) => new CopyExperiment(settings);
}
