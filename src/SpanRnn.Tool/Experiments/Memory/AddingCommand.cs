using System.CommandLine;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Trains models to add two marked numbers of a long sequence.</summary>
internal sealed class AddingCommand : ExperimentCommand
{
    private const int UsualSteps = 200;

    private readonly Option<int?> _steps = Value.Whole("--steps", $"T, numbers of a sequence; classic are 200 and 600 ({UsualSteps}).", 2, 100_000);
    private readonly MemoryArguments _memory = new(
        new MemorySettings
        {
            Steps = UsualSteps,
            Hidden = 64,
            Batch = 20,
            LearningRate = 0.002,
            Clip = 1,
            Gates = GateStart.Chrono,
        },
        usualIterations: 4000);

    public AddingCommand(ToolContext context) : base("adding", "Add two marked numbers of a long sequence: who can remember?", context)
    {
        foreach (Option option in (Option[])[_steps, .. _memory.All])
        {
            Options.Add(option);
        }
    }

    protected override IExperiment Prepare(ParseResult line) => new AddingExperiment(Settings(line));

    protected override IReadOnlyList<Contender> Contenders(ParseResult line) => _memory.Contenders(line, base.Contenders(line), Settings(line));

    private MemorySettings Settings(ParseResult line) => _memory.Settings(line, line.GetValue(_steps) ?? UsualSteps);
}
