using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Trains translators from English to French.</summary>
internal sealed class TranslateCommand : ExperimentCommand
{
    private const int Largest = 65_536;

    private const double UsualEpochs = 4;

    private static readonly TranslateSettings Usual = new();

    private readonly Option<int?> _words = Value.Whole("--words", $"Words of the longest English sentence, signs included ({Usual.Words}).", 1, 100);
    private readonly Option<int?> _minimum = Value.Whole("--minimum-count", $"Rarer words become the unknown one ({Usual.MinimumCount}).", 1, Largest);
    private readonly Option<int?> _first = Value.Whole("--first", "Take only N of the short sentences, drawn by a fixed seed.", 20, int.MaxValue);
    private readonly Option<int?> _heldOut = Value.Whole("--held-out", "English sentences to be judged by; half as many decide which weights are kept (1000).", 2, int.MaxValue);
    private readonly Option<int?> _embedding = Value.Whole("--embedding", $"Numbers for each word ({Usual.Embedding}).", 1, Largest);
    private readonly Option<int?> _hidden = Value.Whole("--hidden", $"Units of the decoder, and of the encoder in all ({Usual.Hidden}).", 2, Largest);
    private readonly Option<int?> _batch = Value.Whole("--batch", $"Pairs of a batch ({Usual.Batch}).", 1, Largest);
    private readonly Option<int?> _beam = Value.Whole("--beam", "Translations that beam search follows at once (4).", 1, 64);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", FormattableString.Invariant($"AdamW's first; it falls to a fiftieth ({Usual.LearningRate})."), 0, 1000);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", FormattableString.Invariant($"AdamW's ({Usual.WeightDecay})."), 0, 1000);
    private readonly Option<double?> _smoothing = Value.Number("--smoothing", FormattableString.Invariant($"Label smoothing ({Usual.Smoothing})."), 0, 1);
    private readonly Option<AttentionKind?> _attention = new("--attention")
    {
        Description = "How the decoder looks at the source: none, dot, general or additive (additive).",
        HelpName = "KIND",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Enum.TryParse(text, ignoreCase: true, out AttentionKind kind) && text.All(char.IsLetter))
            {
                return kind;
            }

            result.AddError($"--attention: expected none, dot, general or additive, found '{text}'.");
            return null;
        },
    };

    public TranslateCommand(ToolContext context) : base("translate", "Translate short English sentences into French, with attention.", context)
    {
        foreach (Option option in (Option[])
            [Shared.Data, Shared.Epochs, _words, _minimum, _first, _heldOut, _attention, _embedding, _hidden, _batch, _beam, _rate, _decay, _smoothing])
        {
            Options.Add(option);
        }

        Subcommands.Add(new TranslatePredictCommand(context));
    }

    public override bool CanBeBidirectional => true;

    protected override CellKind[] UsualCells => [CellKind.Gru];

    protected override IExperiment Prepare(ParseResult line)
    {
        TranslateSettings settings = SettingsOf(line);
        string path = TranslationData.Source.Find(line.GetValue(Shared.Data))[0];
        TranslationData data = TranslationData.Cut(path, PairCorpus.Read(path), settings, line.GetValue(_heldOut) ?? 1000, line.GetValue(_first));
        return new TranslateExperiment(data, settings, line.GetValue(_beam) ?? 4);
    }

    /// <summary>The encoder reads in both directions, unless the forms are compared.</summary>
    protected override IReadOnlyList<Contender> Contenders(ParseResult line)
    {
        string options = SettingsOf(line).ToString();
        return [.. base.Contenders(line).Select(contender => Contender.Of(contender.Cell, contender.Seed, IsBidirectional(line, contender, usual: true)) with
        {
            Epochs = line.GetValue(Shared.Epochs) ?? UsualEpochs,
            Options = options,
        })];
    }

    private TranslateSettings SettingsOf(ParseResult line) => Usual with
    {
        Words = line.GetValue(_words) ?? Usual.Words,
        MinimumCount = line.GetValue(_minimum) ?? Usual.MinimumCount,
        Attention = line.GetValue(_attention) ?? Usual.Attention,
        Embedding = line.GetValue(_embedding) ?? Usual.Embedding,
        Hidden = line.GetValue(_hidden) is { } hidden ? (hidden + 1) / 2 * 2 : Usual.Hidden,
        Batch = line.GetValue(_batch) ?? Usual.Batch,
        LearningRate = line.GetValue(_rate) ?? Usual.LearningRate,
        WeightDecay = line.GetValue(_decay) ?? Usual.WeightDecay,
        Smoothing = line.GetValue(_smoothing) ?? Usual.Smoothing,
    };
}
