using System.CommandLine;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>Trains classifiers of surnames.</summary>
internal sealed class NamesCommand : ExperimentCommand
{
    private const double UsualEpochs = 8;

    private static readonly SurnameSettings Usual = new();

    private readonly Option<int?> _first = Value.Whole("--first", "Take only the first N names of each language.", 3, int.MaxValue);
    private readonly Option<bool> _heldOut = new("--hold-out")
    {
        Description = "Half of the validation names stand in for the test names: for choosing settings.",
    };

    private readonly Option<bool> _oneWay = new("--one-way") { Description = "Read names forwards only." };
    private readonly Option<int?> _hidden = Value.Whole("--hidden", $"Units of each layer and direction ({Usual.Hidden}).", 1, 65_536);
    private readonly Option<int?> _layers = Value.Whole("--layers", $"Layers ({Usual.Layers}).", 1, 64);
    private readonly Option<int?> _embedding = Value.Whole("--embedding", $"Numbers for each character ({Usual.Embedding}).", 1, 65_536);
    private readonly Option<int?> _batch = Value.Whole("--batch", $"Names of a batch ({Usual.Batch}).", 1, 65_536);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", $"AdamW's ({Usual.LearningRate}).", 0, 1000);
    private readonly Option<double?> _dropout = Value.Number("--dropout", $"Between layers ({Usual.Dropout}).", 0, 1, isOpen: true);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", $"As AdamW's ({Usual.WeightDecay}).", 0, 1000);

    public NamesCommand(ToolContext context) : base("names", "Tell the languages of surnames apart, character by character.", context)
    {
        foreach (Option option in (Option[])
            [Shared.Data, Shared.Epochs, _first, _heldOut, _oneWay, _hidden, _layers, _embedding, _batch, _rate, _dropout, _decay])
        {
            Options.Add(option);
        }

        Subcommands.Add(new NamesPredictCommand(context));
    }

    public override bool CanBeBidirectional => true;

    protected override IExperiment Prepare(ParseResult line) =>
        new SurnameExperiment(SurnameData.Read(line.GetValue(Shared.Data), line.GetValue(_first), line.GetValue(_heldOut)), SettingsOf(line));

    protected override IReadOnlyList<Contender> Contenders(ParseResult line) =>
    [
        .. base.Contenders(line).Select(contender => Contender.Of(contender.Cell, contender.Seed, IsBidirectional(line, contender, !line.GetValue(_oneWay))) with
        {
            Epochs = line.GetValue(Shared.Epochs) ?? UsualEpochs,
            Options = SettingsOf(line).ToString(),
        }),
    ];

    private SurnameSettings SettingsOf(ParseResult line) => new()
    {
        Embedding = line.GetValue(_embedding) ?? Usual.Embedding,
        Hidden = line.GetValue(_hidden) ?? Usual.Hidden,
        Layers = line.GetValue(_layers) ?? Usual.Layers,
        Batch = line.GetValue(_batch) ?? Usual.Batch,
        LearningRate = line.GetValue(_rate) ?? Usual.LearningRate,
        Dropout = line.GetValue(_dropout) ?? Usual.Dropout,
        WeightDecay = line.GetValue(_decay) ?? Usual.WeightDecay,
    };
}
