using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments;

/// <summary>A subcommand that runs one experiment: options in, models trained one after the other, a table or JSON out.</summary>
internal abstract class ExperimentCommand : Command
{
    private readonly ToolContext _context;

    /// <param name="name">The subcommand; also the experiment's id.</param>
    /// <param name="description">One line for --help.</param>
    /// <param name="context">What the tool may talk to.</param>
    protected ExperimentCommand(string name, string description, ToolContext context) : base(name, description)
    {
        _context = context;
        foreach (Option option in Shared.Common)
        {
            Options.Add(option);
        }

        SetAction(Run);
    }

    /// <summary>The shared options. --data, --epochs and --iterations are added by the commands that have them.</summary>
    protected ExperimentArguments Shared { get; } = new();

    /// <summary>The cells without --cells.</summary>
    protected virtual CellKind[] UsualCells => [CellKind.Rnn, CellKind.Lstm, CellKind.Gru];

    /// <summary>Whether a model may know the end of a sequence before its start.</summary>
    public virtual bool CanBeBidirectional => false;

    /// <summary>Reads the data.</summary>
    /// <exception cref="ToolException">It is not there, or is malformed.</exception>
    protected abstract IExperiment Prepare(ParseResult line);

    /// <summary>Every cell with every seed; overridden where contenders have more to them.</summary>
    protected virtual IReadOnlyList<Contender> Contenders(ParseResult line) => Shared.Contenders(line, CellsOf(line));

    /// <summary>The cells without --cells: the usual ones, or all kinds where they are compared.</summary>
    protected CellKind[] CellsOf(ParseResult line) => IsCompared(line) ? [CellKind.Rnn, CellKind.Lstm, CellKind.Gru] : UsualCells;

    /// <summary>A contender's direction: the experiment's usual one, unless both forms were asked for or models are compared.</summary>
    protected bool IsBidirectional(ParseResult line, Contender contender, bool usual) =>
        IsCompared(line) || line.GetValue(Shared.Bidirectional) ? contender.Bidirectional : usual;

    /// <summary>Whether the command line was <c>compare --task</c>.</summary>
    protected bool IsCompared(ParseResult line) => line.GetValue(Shared.Compared);

    private int Run(ParseResult line)
    {
        if (line.GetValue(Shared.Bidirectional) && !CanBeBidirectional)
        {
            throw new ToolException($"--bidirectional: {Name} has no bidirectional form.");
        }

        int threads = Shared.Threads.Of(line);
        bool isJson = line.GetValue(Shared.Json);
        var screen = new Screen(_context.Output, _context.Error, isJson);
        IReadOnlyList<Contender> contenders = Contenders(line);
        IExperiment experiment = Prepare(line);
        bool resumes = line.GetValue(Shared.Resume);
        string typed = string.Join(' ', line.Tokens.Select(token => Quoted(token.Value)));
        return new ExperimentSession(screen, isJson, _context.Stop) { Html = line.GetValue(Shared.Html), Typed = typed, Threads = threads }
            .Run(experiment, contenders, Shared.FolderOf(line, Name), resumes, typed + (resumes ? "" : " --resume"));
    }

    private static string Quoted(string part) => part.Contains(' ', StringComparison.Ordinal) ? $"\"{part}\"" : part;
}
