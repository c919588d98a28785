using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments;

/// <summary>The options that experiments share; a command adds those that mean something to it.</summary>
internal sealed class ExperimentArguments
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = $"The folder of the data; without it below {DataSet.Variable}, else below ./{DataSet.Usual}.",
        HelpName = "PATH",
    };

    public Option<CellKind[]?> Cells { get; } = new("--cells")
    {
        Description = $"The cells, of {CellNamesText}.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => CellArgument.ParseMany(result, "--cells"),
    };

    public Option<ulong?> Seed { get; } = Value.Whole("--seed", "The same seed gives the same bits (1).", 0UL, ulong.MaxValue);

    public Option<ulong[]?> Seeds { get; } = new("--seeds")
    {
        Description = "Trains each model with each of these, and tells mean and spread.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = SeedsArgument.Parse,
    };

    public Option<double?> Epochs { get; } = Value.Number("--epochs", "Passes over the training data.", 0.001, 1e6);

    public Option<long?> Iterations { get; } = Value.Whole("--iterations", "Batches to train on.", 1L, 1_000_000_000_000);

    public Option<bool> Resume { get; } = new("--resume")
    {
        Description = "Go on from the checkpoints in the folder of --out; the result is the same to the bit as without a stop.",
    };

    public Option<string?> Folder { get; } = new("--out")
    {
        Description = $"The folder of models and checkpoints ({OutputArguments.UsualFolder}/ and the experiment's name).",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "The results as JSON on stdout; all else goes to stderr." };

    public Option<bool> Bidirectional { get; } = new("--bidirectional") { Description = "Each cell also in both directions." };

    public Option<string?> Html { get; } = new("--html") { Description = "Also writes the results as a page with charts that needs nothing but itself.", HelpName = "FILE" };

    public ThreadsArgument Threads { get; } = new();

    /// <summary>What <c>compare --task</c> adds.</summary>
    public Option<bool> Compared { get; } = new("--compared") { Hidden = true };

    /// <summary>What every experiment that trains has.</summary>
    public Option[] Common => [Cells, Seed, Seeds, Threads.Threads, Resume, Folder, Json, Html, Bidirectional, Compared];

    private static string CellNamesText => Training.CellNames.Choices;

    /// <summary>Where files go.</summary>
    public string FolderOf(ParseResult line, string experiment) => line.GetValue(Folder) ?? Path.Combine(OutputArguments.UsualFolder, experiment);

    /// <summary>Every cell with every seed: --cells, or the experiment's usual ones; --seeds, or the one --seed.</summary>
    /// <exception cref="ToolException">Both --seed and --seeds are given.</exception>
    public IReadOnlyList<Contender> Contenders(ParseResult line, params CellKind[] usual)
    {
        ulong[]? seeds = line.GetValue(Seeds) is { Length: > 0 } several ? several : null;
        if (seeds is not null && line.GetValue(Seed) is not null)
        {
            throw new ToolException("--seed, --seeds: expected one of the two, found both.");
        }

        CellKind[] cells = line.GetValue(Cells) is { Length: > 0 } given ? given : usual;
        bool[] directions = line.GetValue(Bidirectional) ? [false, true] : [false];
        return
        [
            .. from cell in cells
               from isBidirectional in directions
               from seed in seeds ?? [line.GetValue(Seed) ?? 1]
               select Contender.Of(cell, seed, isBidirectional),
        ];
    }
}
