using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Commands;

/// <summary>Trains one model, or goes on with one.</summary>
internal sealed class TrainCommand : Command
{
    private readonly TextArguments _text = new();
    private readonly TrainingArguments _training = new();
    private readonly WritingArguments _writing = new(usualLength: 150);
    private readonly OutputArguments _output = new();
    private readonly ThreadsArgument _threads = new();
    private readonly Option<CellKind?> _cell = new("--cell")
    {
        Description = $"The cell (lstm), of {CellNames.Choices}.",
        HelpName = "CELL",
        CustomParser = result => CellArgument.ParseOne(result, "--cell"),
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Go on from a checkpoint, with its settings and text; the result is the same to the bit as without a stop.",
        HelpName = "CHECKPOINT",
    };

    private readonly Option<string?> _save = new("--save") { Description = "Where the model goes (DIR/CELL.safetensors).", HelpName = "FILE" };

    public TrainCommand(ToolContext context) : base("train", "Train one character model, or go on with one.")
    {
        foreach (Option option in (Option[])
            [_resume, .. _text.All, _cell, .. _training.Shape, .. _training.Budget, _threads.Threads, .. _writing.All, _save, .. _output.All])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        bool isJson = line.GetValue(_output.Json);
        int threads = _threads.Of(line);
        var session = new Session(new Screen(context.Output, context.Error, isJson), isJson, context.Stop) { Threads = threads };
        using WorkerTeam? team = ThreadsArgument.TeamOf(threads);
        return line.GetValue(_resume) is { } checkpoint ? Resume(line, session, checkpoint, context, team) : Begin(line, session, team);
    }

    private int Begin(ParseResult line, Session session, WorkerTeam? team)
    {
        string? path = line.GetValue(_text.Text);
        TextOptions options = _text.Options(line);
        Corpus corpus = TextArguments.Read(path, options, _training.StepsOf(line));
        TrainingSettings model = _training.Settings(line, line.GetValue(_cell) ?? CellKind.Lstm, corpus.Training.Length);
        RunFiles files = RunFiles.In(line.GetValue(_output.Folder) ?? OutputArguments.UsualFolder, CellNames.IdOf(model.Cell));
        files = files with { Model = line.GetValue(_save) ?? files.Model };
        var saved = new SavedText { Path = path, Options = options, Digest = corpus.Digest };
        return Run(line, session, corpus, model, files, saved, () => new Fit(TextTraining.Begin(corpus, model, team), model.Budget()));
    }

    private int Resume(ParseResult line, Session session, string checkpoint, ToolContext context, WorkerTeam? team)
    {
        foreach (Option option in (Option[])[.. _training.Shape, _cell, _text.First, _text.HeldOut, _text.KeepLines, _text.DropLines])
        {
            if (line.GetResult(option) is { Implicit: false })
            {
                throw new ToolException($"{option.Name}: a resumed training keeps its settings; only --text, --iterations, --seconds and --threads may be given.");
            }
        }

        (SavedRun saved, RunFiles files) = SavedRun.Read(checkpoint);
        string? path = line.GetValue(_text.Text) ?? saved.Text.Path;
        Corpus corpus = TextArguments.Read(path, saved.Text.Options, saved.Settings.Steps);
        if (corpus.Digest != saved.Text.Digest)
        {
            throw new ToolException(
                $"{corpus.Source.Name}: is not the text that {checkpoint} was trained on: expected SHA-256 {saved.Text.Digest[..16]}..., found {corpus.Digest[..16]}....");
        }

        TrainingSettings model = _training.Budgeted(line, saved.Settings);
        RunFiles source = files;
        if (line.GetValue(_output.Folder) is { } folder)
        {
            files = RunFiles.In(folder, CellNames.IdOf(model.Cell));
        }

        files = files with { Model = line.GetValue(_save) ?? files.Model };
        return Run(line, session, corpus, model, files, saved.Text with { Path = path }, () =>
        {
            var fit = new Fit(TextTraining.Begin(corpus, model, team), model.Budget());
            if (!saved.Restore(fit, source))
            {
                context.Error.WriteLine($"{source.Model}: the best weights so far are not there; the best from here on will be kept.");
            }

            return fit;
        });
    }

    private int Run(ParseResult line, Session session, Corpus corpus, TrainingSettings model, RunFiles files, SavedText text, Func<Fit> open)
    {
        Prompt prompt = Prompt.For(line.GetValue(_writing.Prompt), corpus.Source, corpus.Vocabulary);
        WritingSettings writing = _writing.Settings(line, model.Seed);
        files.Prepare();
        return session.Run(corpus, [model], _ => new TextTrial(open(), files, text, prompt, writing), prompt, writing);
    }
}
