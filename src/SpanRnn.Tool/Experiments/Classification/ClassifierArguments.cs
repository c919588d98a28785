using System.CommandLine;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>The sizes of classifiers of texts and how they are trained.</summary>
/// <param name="usual">What is not given.</param>
internal sealed class ClassifierArguments(ClassifierSettings usual)
{
    private const int Largest = 65_536;

    private readonly Option<int?> _embedding = Value.Whole("--embedding", $"Numbers for each token ({usual.Embedding}).", 1, Largest);
    private readonly Option<int?> _hidden = Value.Whole("--hidden", $"Units of each layer and direction ({usual.Hidden}).", 1, Largest);
    private readonly Option<int?> _layers = Value.Whole("--layers", $"Recurrent layers ({usual.Layers}).", 1, 64);
    private readonly Option<int?> _steps = Value.Whole("--steps", $"Tokens that are read of a text at most: of a longer one its first and last halves ({usual.Steps}).", 2, Largest);
    private readonly Option<int?> _batch = Value.Whole("--batch", $"Texts of a batch ({usual.Batch}).", 1, Largest);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", Invariant($"AdamW's first; it falls to a twentieth ({usual.LearningRate})."), 0, 1000);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", Invariant($"AdamW's ({usual.WeightDecay})."), 0, 1000);
    private readonly Option<double?> _hide = Value.Number("--hide", Invariant($"The part of the tokens that is hidden while training ({usual.TokenDropout})."), 0, 1, isOpen: true);
    private readonly Option<double?> _dropout = Value.Number("--dropout", Invariant($"The part of the numbers between layers that is dropped ({usual.Dropout})."), 0, 1, isOpen: true);
    private readonly Option<HeadInput?> _head = new("--head")
    {
        Description = $"What the answer is made of: last, mean or max over the steps ({IdOf(usual.Head)}).",
        HelpName = "HEAD",
        CustomParser = result =>
        {
            if (Array.Find(Heads, head => head.Id == result.Tokens[0].Value) is { Id: not null } found)
            {
                return found.Head;
            }

            result.AddError($"--head: expected last, mean or max, found '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private readonly Option<bool> _oneDirection = new("--one-direction") { Description = "Models read forwards only, not in both directions." };

    private static (string Id, HeadInput Head)[] Heads { get; } = [("last", HeadInput.LastStep), ("mean", HeadInput.MeanSteps), ("max", HeadInput.MaxSteps)];

    public Option[] All => [_oneDirection, _head, _embedding, _hidden, _layers, _steps, _batch, _rate, _decay, _hide, _dropout];

    /// <summary>What the command line calls it.</summary>
    public static string IdOf(HeadInput head) => Array.Find(Heads, known => known.Head == head).Id;

    /// <summary>What all models share.</summary>
    public ClassifierSettings Settings(ParseResult line) => usual with
    {
        Head = line.GetValue(_head) ?? usual.Head,
        Embedding = line.GetValue(_embedding) ?? usual.Embedding,
        Hidden = line.GetValue(_hidden) ?? usual.Hidden,
        Layers = line.GetValue(_layers) ?? usual.Layers,
        Steps = line.GetValue(_steps) ?? usual.Steps,
        Batch = line.GetValue(_batch) ?? usual.Batch,
        LearningRate = line.GetValue(_rate) ?? usual.LearningRate,
        WeightDecay = line.GetValue(_decay) ?? usual.WeightDecay,
        TokenDropout = line.GetValue(_hide) ?? usual.TokenDropout,
        Dropout = line.GetValue(_dropout) ?? usual.Dropout,
    };

    /// <summary>Whether models read in both directions unless told otherwise.</summary>
    public bool UsuallyBidirectional(ParseResult line) => !line.GetValue(_oneDirection);

    /// <summary>A contender with its epochs and all settings as text.</summary>
    public Contender Complete(ParseResult line, Contender contender, double? epochs) =>
        contender with { Epochs = epochs ?? usual.Epochs, Options = Settings(line).ToString() };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
