using System.CommandLine;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Trains models to say again what they were told long ago.</summary>
internal sealed class CopyCommand : ExperimentCommand
{
    private const int UsualDelay = 100;

    private readonly Option<int?> _delay = Value.Whole("--delay", $"Steps between the last symbol and the first that is wanted again ({UsualDelay}).", 1, 100_000);
    private readonly MemoryArguments _memory = new(
        new MemorySettings
        {
            Steps = UsualDelay,
            Hidden = 128,
            Batch = 20,
            LearningRate = 0.004,
            Clip = 1,
            Gates = GateStart.Chrono,
        },
        usualIterations: 10_000);

    public CopyCommand(ToolContext context) : base("copy", "Say again ten symbols after a long delay: who can remember?", context)
    {
        foreach (Option option in (Option[])[_delay, .. _memory.All])
        {
            Options.Add(option);
        }
    }

    protected override IExperiment Prepare(ParseResult line) => new CopyExperiment(Settings(line));

    protected override IReadOnlyList<Contender> Contenders(ParseResult line) => _memory.Contenders(line, base.Contenders(line), Settings(line));

    private MemorySettings Settings(ParseResult line) => _memory.Settings(line, line.GetValue(_delay) ?? UsualDelay);
}
