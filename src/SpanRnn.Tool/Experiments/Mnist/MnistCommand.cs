using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Trains classifiers of handwritten digits.</summary>
internal sealed class MnistCommand : ExperimentCommand
{
    private const string Plain = "plain", Tuned = "tuned";

    private readonly Option<string[]?> _recipes = new("--recipes")
    {
        Description = "How models are trained: plain, as published, or tuned (tuned, and plain for the LSTM).",
        HelpName = "A,B",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string[] found = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            if (Array.Find(found, recipe => recipe is not (Plain or Tuned)) is { } wrong || found.Distinct().Count() < found.Length)
            {
                result.AddError($"--recipes: expected {Plain}, {Tuned} or both, found '{result.Tokens[0].Value}'.");
                return null;
            }

            return found;
        },
    };

    private readonly Option<int?> _first = Value.Whole("--first", "Take only the first N images of each part.", 1, int.MaxValue);
    private readonly Option<int?> _heldOut = Value.Whole(
        "--hold-out", "The last N training images stand in for the test images: for choosing settings (0).", 0, 59_999);

    private readonly Option<int?> _hidden = Value.Whole("--hidden", "Units of each layer (128).", 1, 65_536);
    private readonly Option<int?> _layers = Value.Whole("--layers", "Layers (2).", 1, 64);
    private readonly Option<int?> _batch = Value.Whole("--batch", "Images of a batch (100).", 1, 65_536);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", "The tuned recipe's largest.", 0, 1000);
    private readonly Option<int?> _shift = Value.Whole("--shift", "The tuned recipe's: pixels that images are moved by, at most.", 0, 27);
    private readonly Option<double?> _dropout = Value.Number("--dropout", "The tuned recipe's, between layers.", 0, 1, isOpen: true);
    private readonly Option<double?> _smoothing = Value.Number("--smoothing", "The tuned recipe's label smoothing.", 0, 1);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", "The tuned recipe's, as AdamW's.", 0, 1000);
    private readonly Option<double?> _clip = Value.Number("--clip", "The tuned recipe's largest norm of the gradients; 0: not clipped.", 0, 1e9);

    public MnistCommand(ToolContext context) : base("mnist", "Tell handwritten digits apart, read row by row.", context)
    {
        foreach (Option option in (Option[])
            [Shared.Data, Shared.Epochs, _recipes, _first, _heldOut, _hidden, _layers, _batch, _rate, _shift, _dropout, _smoothing, _decay, _clip])
        {
            Options.Add(option);
        }

        Subcommands.Add(new MnistPredictCommand(context));
    }

    public override bool CanBeBidirectional => true;

    protected override CellKind[] UsualCells => [CellKind.Lstm, CellKind.Gru, CellKind.Rnn];

    protected override IExperiment Prepare(ParseResult line)
    {
        int heldOut = line.GetValue(_heldOut) ?? 0;
        return new MnistExperiment(MnistData.Read(line.GetValue(Shared.Data), line.GetValue(_first), heldOut), heldOut, contender => SettingsOf(line, contender));
    }

    protected override IReadOnlyList<Contender> Contenders(ParseResult line)
    {
        string[]? recipes = line.GetValue(_recipes) is { Length: > 0 } given ? given : null;
        return
        [
            .. from contender in Shared.Contenders(line, CellsOf(line))
               from recipe in recipes ?? (contender.Cell == CellKind.Lstm && !IsCompared(line) ? [Plain, Tuned] : [Tuned])
               select Of(recipe == Plain
                   ? contender with { Id = $"{IdOf(contender)}-plain-{contender.Seed}", Name = $"{contender.Name}, plain" }
                   : contender),
        ];

        Contender Of(Contender contender)
        {
            contender = contender with { Epochs = line.GetValue(Shared.Epochs) ?? 5 };
            return contender with { Options = SettingsOf(line, contender).ToString() };
        }
    }

    private static string IdOf(Contender contender) => $"{(contender.Bidirectional ? "bi" : "")}{Training.CellNames.IdOf(contender.Cell)}";

    private MnistSettings SettingsOf(ParseResult line, Contender contender)
    {
        bool isPlain = contender.Id.Contains($"-{Plain}-", StringComparison.Ordinal);
        MnistSettings usual = isPlain ? MnistSettings.Plain : MnistSettings.Tuned(contender.Cell);
        usual = usual with
        {
            Hidden = line.GetValue(_hidden) ?? usual.Hidden,
            Layers = line.GetValue(_layers) ?? usual.Layers,
            Batch = line.GetValue(_batch) ?? usual.Batch,
        };
        return isPlain ? usual : usual with
        {
            LearningRate = line.GetValue(_rate) ?? usual.LearningRate,
            Shift = line.GetValue(_shift) ?? usual.Shift,
            Dropout = line.GetValue(_dropout) ?? usual.Dropout,
            Smoothing = line.GetValue(_smoothing) ?? usual.Smoothing,
            WeightDecay = line.GetValue(_decay) ?? usual.WeightDecay,
            Clip = line.GetValue(_clip) ?? usual.Clip,
        };
    }
}
