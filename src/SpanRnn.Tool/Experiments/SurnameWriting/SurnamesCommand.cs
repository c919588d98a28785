using System.CommandLine;
using System.CommandLine.Parsing;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Experiments.Surnames;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>Trains writers of surnames.</summary>
internal sealed class SurnamesCommand : ExperimentCommand
{
    /// <summary>Of the names that are shown.</summary>
    public const double UsualTemperature = 0.7;

    private const double UsualEpochs = 12;

    private static readonly WriterSettings Usual = new();

    private readonly Option<int?> _first = Value.Whole("--first", "Take only the first N names of each language.", 3, int.MaxValue);
    private readonly Option<bool> _heldOut = new("--hold-out")
    {
        Description = "Half of the validation names stand in for the test names: for choosing settings.",
    };

    private readonly Option<LanguageInput[]?> _context = new("--context")
    {
        Description = "How the language is given: at every step, at the first, as the initial state, or, for comparison, not at all: of every, first, state, none (every,none).",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseInputs,
    };

    private readonly Option<int?> _hidden = Value.Whole("--hidden", $"Units ({Usual.Hidden}).", 1, 65_536);
    private readonly Option<int?> _embedding = Value.Whole("--embedding", $"Numbers for each character ({Usual.Embedding}).", 1, 65_536);
    private readonly Option<int?> _batch = Value.Whole("--batch", $"Names of a batch ({Usual.Batch}).", 1, 65_536);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", FormattableString.Invariant($"AdamW's first; it falls to 0 ({Usual.LearningRate})."), 0, 1000);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", FormattableString.Invariant($"AdamW's ({Usual.WeightDecay})."), 0, 1000);
    private readonly Option<double?> _temperature = Value.Number(
        "--temperature", FormattableString.Invariant($"Of the names that are written; 0: always the likeliest ({UsualTemperature})."), 0, 100);

    public SurnamesCommand(ToolContext context) : base("surnames", "Write surnames of a given language, letter by letter.", context)
    {
        foreach (Option option in (Option[])
            [Shared.Data, Shared.Epochs, _first, _heldOut, _context, _hidden, _embedding, _batch, _rate, _decay, _temperature])
        {
            Options.Add(option);
        }

        Subcommands.Add(new SurnamesWriteCommand(context));
    }

    protected override IExperiment Prepare(ParseResult line) => new WriterExperiment(
        SurnameData.Read(line.GetValue(Shared.Data), line.GetValue(_first), line.GetValue(_heldOut)),
        SettingsOf(line),
        line.GetValue(_temperature) ?? UsualTemperature,
        Told(line).ToDictionary(told => told.Contender.Id, told => told.Input));

    protected override IReadOnlyList<Contender> Contenders(ParseResult line) => [.. Told(line).Select(told => told.Contender)];

    private IEnumerable<(Contender Contender, LanguageInput Input)> Told(ParseResult line) =>
        from input in Inputs(line)
        from contender in base.Contenders(line)
        select (Named(contender, input) with
        {
            Epochs = line.GetValue(Shared.Epochs) ?? UsualEpochs,
            Options = SettingsOf(line).ToString(),
        }, input);

    /// <summary>Those of --context, or the usual one beside a writer that is told nothing; where models are compared, it alone.</summary>
    private LanguageInput[] Inputs(ParseResult line) =>
        line.GetValue(_context) is { Length: > 0 } given ? given : IsCompared(line) ? [LanguageInput.Every] : [LanguageInput.Every, LanguageInput.None];

    /// <summary>"gru-1" for the usual way, "first-gru-1" for another.</summary>
    private static Contender Named(Contender contender, LanguageInput input) => input switch
    {
        LanguageInput.Every => contender,
        LanguageInput.First => contender with { Id = $"first-{contender.Id}", Name = $"{contender.Name}, language at the first step" },
        LanguageInput.State => contender with { Id = $"state-{contender.Id}", Name = $"{contender.Name}, language as initial state" },
        _ => contender with { Id = $"none-{contender.Id}", Name = $"{contender.Name}, no language" },
    };

    private static LanguageInput[]? ParseInputs(ArgumentResult result)
    {
        var inputs = new List<LanguageInput>();
        foreach (string text in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!text.All(char.IsLetter) || !Enum.TryParse(text, ignoreCase: true, out LanguageInput input) || inputs.Contains(input))
            {
                result.AddError($"--context: expected every, first, state or none, each once, found '{text}'.");
                return null;
            }

            inputs.Add(input);
        }

        return [.. inputs];
    }

    private WriterSettings SettingsOf(ParseResult line) => new()
    {
        Embedding = line.GetValue(_embedding) ?? Usual.Embedding,
        Hidden = line.GetValue(_hidden) ?? Usual.Hidden,
        Batch = line.GetValue(_batch) ?? Usual.Batch,
        LearningRate = line.GetValue(_rate) ?? Usual.LearningRate,
        WeightDecay = line.GetValue(_decay) ?? Usual.WeightDecay,
    };
}
