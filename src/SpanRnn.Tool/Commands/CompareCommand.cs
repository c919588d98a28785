using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Html;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Commands;

/// <summary>Trains a model of each cell on one text and shows them side by side.</summary>
internal sealed class CompareCommand : Command
{
    private readonly TextArguments _text = new();
    private readonly TrainingArguments _training = new();
    private readonly WritingArguments _writing = new(usualLength: 150);
    private readonly OutputArguments _output = new();
    private readonly ThreadsArgument _threads = new();
    private readonly Option<CellKind[]?> _cells = new("--cells")
    {
        Description = $"The cells to compare (rnn,lstm,gru), of {CellNames.Choices}.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => CellArgument.ParseMany(result, "--cells"),
    };

    private readonly Option<string?> _task;
    private readonly Option<string?> _html = new ExperimentArguments().Html;

    /// <param name="context">What the tool may talk to.</param>
    /// <param name="tasks">The experiments that models can be compared on; see <see cref="ComparedTask"/>.</param>
    public CompareCommand(ToolContext context, IReadOnlyList<string> tasks)
        : base("compare", "Train a model of each cell on one text, or on an experiment's data, and show them side by side.")
    {
        _task = new Option<string?>(ComparedTask.Option)
        {
            Description = $"What models are compared on: {ComparedTask.Text}, with these options; or {string.Join(", ", tasks)}, with the options of that command.",
            HelpName = "NAME",
        };
        foreach (Option option in (Option[])[_task, .. _text.All, _cells, .. _training.Shape, .. _training.Budget, _threads.Threads, .. _writing.All, .. _output.All, _html])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        bool isJson = line.GetValue(_output.Json);
        var screen = new Screen(context.Output, context.Error, isJson);
        int threads = _threads.Of(line);
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
        PageFile? page = line.GetValue(_html) is { } html ? PageFile.Prepare(html) : null;
        string typed = string.Join(' ', line.Tokens.Select(token => token.Value));
        using WorkerTeam? team = ThreadsArgument.TeamOf(threads);
        return new Session(screen, isJson, context.Stop) { Page = page, Typed = typed, Threads = threads }.Run(corpus, models, Open, prompt, writing);

        TextTrial Open(TrainingSettings model) => new(
            new Fit(TextTraining.Begin(corpus, model, team), model.Budget()), RunFiles.In(folder, CellNames.IdOf(model.Cell)), saved, prompt, writing);
    }
}
