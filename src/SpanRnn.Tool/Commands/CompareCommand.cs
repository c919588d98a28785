using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>Trains a model of each cell on one text and shows them side by side.</summary>
internal sealed class CompareCommand : Command
{
    private readonly TextArguments _text = new();
    private readonly TrainingArguments _training = new();
    private readonly WritingArguments _writing = new(usualLength: 150);
    private readonly OutputArguments _output = new();
    private readonly Option<CellKind[]?> _cells = new("--cells")
    {
        Description = $"The cells to compare (rnn,lstm,gru), of {CellNames.Choices}.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => CellArgument.ParseMany(result, "--cells"),
    };

    public CompareCommand(ToolContext context)
        : base("compare", "Train a character model of each cell on one text and show them side by side.")
    {
        foreach (Option option in (Option[])[.. _text.All, _cells, .. _training.Shape, .. _training.Budget, .. _writing.All, .. _output.All])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        bool isJson = line.GetValue(_output.Json);
        var screen = new Screen(context.Output, context.Error, isJson);
        string? path = line.GetValue(_text.Text);
        TextOptions options = _text.Options(line);
        Corpus corpus = TextArguments.Read(path, options, _training.StepsOf(line));
        Prompt prompt = Prompt.For(line.GetValue(_writing.Prompt), corpus.Source, corpus.Vocabulary);
        CellKind[] cells = line.GetValue(_cells) is { Length: > 0 } given ? given : [CellKind.Rnn, CellKind.Lstm, CellKind.Gru];
        TrainingSettings[] models = Array.ConvertAll(cells, cell => _training.Settings(line, cell, corpus.Training.Length));
        WritingSettings writing = _writing.Settings(line, models[0].Seed);
        var saved = new SavedText { Path = path, Options = options, Digest = corpus.Digest };
        string folder = line.GetValue(_output.Folder) ?? OutputArguments.UsualFolder;
        RunFiles.In(folder, "any").Prepare();
        return new Session(screen, isJson, context.Stop).Run(
            corpus, models, model => new TextTrial(new Fit(TextTraining.Begin(corpus, model), model.Budget()), RunFiles.In(folder, CellNames.IdOf(model.Cell)), saved, prompt, writing), prompt, writing);
    }
}
