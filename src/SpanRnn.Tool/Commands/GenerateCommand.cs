using System.CommandLine;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>Lets a trained model write to stdout, character by character.</summary>
internal sealed class GenerateCommand : Command
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A model file, or a checkpoint." };
    private readonly WritingArguments _writing = new(usualLength: 200);
    private readonly Option<ulong?> _seed = Value.Whole("--seed", "The same seed gives the same text (1).", 0UL, ulong.MaxValue);

    private readonly Option<string?> _weights = WeightsArgument.Create("The format that matrices are rounded to before the model writes (float32).");

    public GenerateCommand(ToolContext context) : base("generate", "Let a trained model write.")
    {
        Arguments.Add(_model);
        foreach (Option option in (Option[])[.. _writing.All, _seed, _weights])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        string path = line.GetRequiredValue(_model);
        using LoadedModel loaded = ModelFile.Load(path);
        CharacterModel model = CharacterModel.Of(path, loaded);
        string asked = line.GetValue(_writing.Prompt) ?? loaded.Metadata.GetValueOrDefault("prompt") ?? Prompt.Usual;
        Prompt prompt = Prompt.Checked(asked, model.Vocabulary, path);
        context.Output.Write(prompt.Text);
        new CharacterWriter(model.Model, model.Vocabulary, WeightsArgument.Of(line.GetValue(_weights))).Write(
            prompt.Text, _writing.Settings(line, line.GetValue(_seed) ?? 1), symbol => Show(symbol, context.Output), context.Stop);
        context.Output.WriteLine();
        return context.Stop.IsCancellationRequested ? ToolApp.Stopped : 0;
    }

    private static void Show(Rune symbol, TextWriter output)
    {
        Span<char> chars = stackalloc char[2];
        output.Write(chars[..symbol.EncodeToUtf16(chars)]);
        output.Flush();
    }
}
