using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Experiments.Mnist;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Rounding;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>Tells what rounding its weights costs a model: bytes, quality, and how far outputs move.</summary>
internal sealed class RoundCommand : Command
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A model file or a checkpoint: of characters, or of MNIST's images." };
    private readonly TextArguments _text = new();
    private readonly Option<bool> _json = new("--json") { Description = "The figures as JSON." };
    private readonly Option<string?> _mnist = new("--mnist")
    {
        Description = "The folder of MNIST; without it below SPANRNN_DATA, else below ./data.",
        HelpName = "PATH",
    };

    public RoundCommand(ToolContext context)
        : base("round", "Tell what smaller weights (bf16, int8) cost a model: bytes, quality on what it was not trained on, and how far outputs move.")
    {
        Arguments.Add(_model);
        foreach (Option option in (Option[])[.. _text.All, _mnist, _json])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        string path = line.GetRequiredValue(_model);
        using LoadedModel loaded = ModelFile.Load(path);
        IRoundedTask task = loaded.Model.TakesTokens ? OfText(line, path, loaded, context.Error) : OfImages(line, path, loaded.Model);
        RoundedFigures[]? formats;
        try
        {
            formats = RoundingTrial.Run(loaded.Model, task, context.Stop);
        }
        catch (ArgumentException error)
        {
            throw new ToolException($"{path}: cannot be rounded: {error.Message}", error);
        }

        if (formats is null)
        {
            return ToolApp.Stopped;
        }

        var report = new RoundingReport
        {
            Model = path,
            Parameters = loaded.Model.Weights.Layout.Count,
            Data = task.Data,
            Count = task.Count,
            Unit = task.Unit,
            Measure = task.Measure.Id,
            Formats = formats,
        };
        if (line.GetValue(_json))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.RoundingReport));
        }
        else
        {
            RoundingPrinter.Print(report, task.Measure, context.Output);
        }

        return 0;
    }

    private RoundedText OfText(ParseResult line, string path, LoadedModel loaded, TextWriter error)
    {
        Refuse(line, path, [_mnist], "characters");
        CharacterModel model = CharacterModel.Of(path, loaded);
        SavedText? saved = SavedRun.TextOf(loaded);
        string? file = line.GetValue(_text.Text) ?? saved?.Path;
        if (file is null && saved is null)
        {
            throw new ToolException($"{path}: does not say which text it was trained on; say --text FILE.");
        }

        bool isCutAnew = ((Option[])[_text.First, _text.HeldOut, _text.KeepLines, _text.DropLines]).Any(option => line.GetResult(option) is { Implicit: false });
        TextOptions options = isCutAnew || saved is null ? _text.Options(line) : saved.Options;
        TextSource source = file is null ? TextSource.Embedded(options) : TextSource.File(file, options);
        if (saved is not null && Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Whole))) != saved.Digest)
        {
            error.WriteLine($"warning: {source.Name} is not the text that {path} was trained on, or is cut otherwise: the held-out part may have been learnt.");
        }

        return new RoundedText(source, model.Vocabulary, path);
    }

    private RoundedImages OfImages(ParseResult line, string path, SequenceModel model)
    {
        Refuse(line, path, [_text.Text, _text.HeldOut, _text.KeepLines, _text.DropLines], "numbers");
        MnistClassifier.Check(path, model.Options);
        MnistReader.Check(path, model.Options);
        IReadOnlyList<string> files = MnistData.Files.Find(line.GetValue(_mnist));
        MnistImages images = MnistImages.Read(files[2], files[3]);
        return new RoundedImages(line.GetValue(_text.First) is { } first && first < images.Count ? images.Part(0, first) : images);
    }

    private static void Refuse(ParseResult line, string path, Option[] options, string inputs)
    {
        if (options.FirstOrDefault(option => line.GetResult(option) is { Implicit: false }) is { } wrong)
        {
            throw new ToolException($"{wrong.Name}: {path} is a model of {inputs}, which has no use for it.");
        }
    }
}
