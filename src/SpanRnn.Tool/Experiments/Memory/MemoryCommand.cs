using System.CommandLine;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>A subcommand that trains models on a task of memory.</summary>
internal abstract class MemoryCommand : ExperimentCommand
{
    private readonly Option<int?> _length;
    private readonly MemoryArguments _memory;
    private readonly int _usualLength;

    /// <param name="name">The subcommand.</param>
    /// <param name="description">One line for --help.</param>
    /// <param name="context">What the tool may talk to.</param>
    /// <param name="length">How long something must be remembered.</param>
    /// <param name="usual">What is taken where an option is not given.</param>
    /// <param name="usualIterations">Updates.</param>
    protected MemoryCommand(string name, string description, ToolContext context, Option<int?> length, MemorySettings usual, long usualIterations)
        : base(name, description, context)
    {
        (_length, _memory, _usualLength) = (length, new MemoryArguments(usual, usualIterations), usual.Steps);
        foreach (Option option in (Option[])[_length, .. _memory.All])
        {
            Options.Add(option);
        }
    }

    protected sealed override IExperiment Prepare(ParseResult line) => Of(Settings(line));

    protected sealed override IReadOnlyList<Contender> Contenders(ParseResult line) => _memory.Contenders(line, base.Contenders(line), Settings(line));

    /// <summary>The experiment with these settings.</summary>
    protected abstract IExperiment Of(MemorySettings settings);

    private MemorySettings Settings(ParseResult line) => _memory.Settings(line, line.GetValue(_length) ?? _usualLength);
}
