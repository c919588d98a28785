using System.CommandLine;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Experiments.Classification;

namespace SpanRnn.Tool.Experiments.Intent;

/// <summary>Trains classifiers of what users want.</summary>
internal sealed class IntentCommand : ClassifierCommand
{
    private readonly Option<string?> _sentences = new("--sentences")
    {
        Description = "A UTF-8 file of your own: on each line an intent, a tab and a sentence; without it, 400 sentences that come with the tool.",
        HelpName = "FILE",
    };

    public IntentCommand(ToolContext context) : base("intent", "Tell what a user wants (\"what time is it?\"), read word by word: trains in seconds.", context, Usual)
    {
        foreach (Option option in (Option[])[_sentences, Shared.Epochs, .. Classifier.All])
        {
            Options.Add(option);
        }

        Subcommands.Add(new TextPredictCommand(
            context, "Tell what a sentence wants; without one, for each line of the input.", Path.Combine(OutputArguments.UsualFolder, "intent", "bigru-1.safetensors")));
    }

    public static ClassifierSettings Usual { get; } = new()
    {
        Head = HeadInput.MaxSteps,
        Embedding = 64,
        Hidden = 64,
        TokenDropout = 0.2,
        Batch = 10,
        Steps = 32,
        LearningRate = 0.003,
        WeightDecay = 0.05,
        EmbeddingDeviation = 0.3f,
        Epochs = 60,
    };

    protected override IExperiment Prepare(ParseResult line) => new IntentExperiment(
        line.GetValue(_sentences) is { } path ? IntentData.Read(path) : IntentData.Embedded(), Classifier.Settings(line));
}
