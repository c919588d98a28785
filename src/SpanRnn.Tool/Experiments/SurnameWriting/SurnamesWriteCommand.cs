using System.CommandLine;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>Writes surnames of a language with a model that was trained before.</summary>
internal sealed class SurnamesWriteCommand : Command
{
    private readonly string _usual = Path.Combine(OutputArguments.UsualFolder, "surnames", "gru-1.safetensors");
    private readonly Argument<string> _language = new("LANGUAGE") { Description = "One of those that the model was trained on." };
    private readonly Option<int?> _count = Value.Whole("--count", "Names to write (10).", 1, 1_000_000);
    private readonly Option<double?> _temperature = Value.Number(
        "--temperature", FormattableString.Invariant($"0: always the likeliest letter; higher: more varied ({SurnamesCommand.UsualTemperature})."), 0, 100);

    private readonly Option<ulong?> _seed = Value.Whole("--seed", "The same seed gives the same names (1).", 0UL, ulong.MaxValue);
    private readonly Option<int?> _beam = Value.Whole("--beam", "Instead of drawing: the likeliest names that a beam as wide finds, with their probabilities.", 1, 1000);
    private readonly Option<string?> _model;

    public SurnamesWriteCommand(ToolContext context) : base("write", "Write surnames of a language.")
    {
        _model = new Option<string?>("--model") { Description = $"A model that surnames trained ({_usual}).", HelpName = "FILE" };
        Arguments.Add(_language);
        foreach (Option option in (Option[])[_count, _temperature, _seed, _beam, _model])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        int? beam = line.GetValue(_beam);
        if (beam is not null && (line.GetValue(_temperature) is not null || line.GetValue(_seed) is not null || line.GetValue(_count) is not null))
        {
            throw new ToolException("--beam: finds the likeliest names, as many as it is wide; expected no --count, --temperature or --seed beside it.");
        }

        string path = line.GetValue(_model) ?? _usual;
        if (!File.Exists(path))
        {
            throw new ToolException($"{path}: there is no such file. Train a model first, or name one with --model.");
        }

        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(path);
        Alphabet alphabet = Alphabet.Of(path, loaded);
        int language = Find(line.GetRequiredValue(_language), alphabet);
        using var writer = new NameWriter(loaded.Model, alphabet);
        if (beam is { } width)
        {
            foreach ((string name, double log) in writer.Search(language, width))
            {
                context.Output.WriteLine(FormattableString.Invariant($"{100 * Math.Exp(log),8:F4} %  {name}"));
            }

            return 0;
        }

        var sampler = new TokenSampler(line.GetValue(_temperature) ?? SurnamesCommand.UsualTemperature, line.GetValue(_seed) ?? 1);
        for (int i = 0; i < (line.GetValue(_count) ?? 10) && !context.Stop.IsCancellationRequested; i++)
        {
            context.Output.WriteLine(writer.Write(language, sampler));
        }

        return context.Stop.IsCancellationRequested ? ToolApp.Stopped : 0;
    }

    private static int Find(string typed, Alphabet alphabet)
    {
        for (int i = 0; i < alphabet.Languages.Count; i++)
        {
            if (string.Equals(alphabet.Languages[i], typed, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ToolException($"LANGUAGE: expected one of {string.Join(", ", alphabet.Languages)}, found '{typed}'.");
    }
}
