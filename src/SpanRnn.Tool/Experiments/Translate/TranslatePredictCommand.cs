using System.CommandLine;
using System.Text.Json.Nodes;
using SpanRnn.Formats;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Translates a sentence that is typed in, and shows where the model looked.</summary>
internal sealed class TranslatePredictCommand : Command
{
    private readonly string _usual = Path.Combine(OutputArguments.UsualFolder, "translate", "bigru-1.safetensors");
    private readonly Argument<string[]> _text = new("SENTENCE") { Description = "English; without it, each line of the input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _model;
    private readonly Option<int?> _beam = Value.Whole("--beam", "Translations that beam search follows at once (4).", 1, 64);
    private readonly Option<bool> _json = new("--json") { Description = "The results as JSON, an object on each line." };

    public TranslatePredictCommand(ToolContext context) : base("predict", "Translate a sentence; without one, each line of the input.")
    {
        _model = new Option<string?>("--model") { Description = $"A model that translate trained ({_usual}).", HelpName = "FILE" };
        Arguments.Add(_text);
        foreach (Option option in (Option[])[_model, _beam, _json])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        string path = line.GetValue(_model) ?? _usual;
        if (!File.Exists(path))
        {
            throw new ToolException($"{path}: there is no such file. Train a model first, or name one with --model.");
        }

        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(path);
        Languages languages = Languages.Of(path, loaded);
        using var translator = new Translator(loaded.Model, languages, line.GetValue(_beam) ?? 4);
        foreach (string sentence in TypedLines.Of(line.GetValue(_text), context))
        {
            string[] words = Words.English(sentence);
            if (words.Length > languages.Most)
            {
                context.Error.WriteLine($"Only the first {languages.Most} of {words.Length} words are read: the model was trained on sentences as short.");
                words = words[..languages.Most];
            }

            if (words.Length > 0)
            {
                Show(sentence, words, translator, line.GetValue(_json), context.Output);
            }
        }

        return context.Stop.IsCancellationRequested ? ToolApp.Stopped : 0;
    }

    private static void Show(string sentence, string[] words, Translator translator, bool isJson, TextWriter output)
    {
        Translation greedy = translator.Translate(words);
        string[] best = translator.Search(words);
        if (isJson)
        {
            var answer = new JsonObject
            {
                ["english"] = sentence,
                ["words"] = new JsonArray([.. words.Select(word => (JsonNode)word)]),
                ["greedy"] = Words.Join(greedy.Words),
                ["beam"] = Words.Join(best),
                ["attention"] = new JsonArray([.. greedy.Attention.Select(row => (JsonNode)new JsonArray([.. row.Select(weight => (JsonNode)Math.Round(weight, 4))]))]),
            };
            output.WriteLine(answer.ToJsonString(Reports.JsonReport.OneLine));
            return;
        }

        output.WriteLine(Words.Join(best));
        if (!best.SequenceEqual(greedy.Words))
        {
            output.WriteLine($"greedy: {Words.Join(greedy.Words)}");
        }

        if (greedy.Attention.Count > 0)
        {
            output.WriteLine();
            foreach (string row in AttentionMatrix.Lines(words, [.. greedy.Words, "(end)"], greedy.Attention))
            {
                output.WriteLine(row);
            }

            output.WriteLine();
        }
    }
}
