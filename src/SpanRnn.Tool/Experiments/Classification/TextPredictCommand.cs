using System.CommandLine;
using SpanRnn.Formats;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>Tells the class of a text that is typed in.</summary>
internal sealed class TextPredictCommand : Command
{
    private const int Shown = 3;

    private readonly string _usual;
    private readonly Argument<string[]> _text = new("TEXT") { Description = "The text; without it, each line of the input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _model;
    private readonly Option<bool> _json = new("--json") { Description = "The results as JSON, an object on each line." };

    /// <param name="context">What the tool may talk to.</param>
    /// <param name="description">One line for --help.</param>
    /// <param name="usual">The model without --model.</param>
    public TextPredictCommand(ToolContext context, string description, string usual) : base("predict", description)
    {
        _usual = usual;
        _model = new Option<string?>("--model") { Description = $"A model of this experiment ({usual}).", HelpName = "FILE" };
        Arguments.Add(_text);
        Options.Add(_model);
        Options.Add(_json);
        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        string path = line.GetValue(_model) ?? _usual;
        if (!File.Exists(path))
        {
            throw new ToolException($"{path}: there is no such file. Train a model first, or name one with --model.");
        }

        using LoadedModel loaded = ModelFile.Load(path);
        TextClasses texts = TextClasses.Of(path, loaded);
        using var runner = new ClassifierRunner(loaded.Model, texts);
        bool isJson = line.GetValue(_json);
        foreach (string text in TypedLines.Of(line.GetValue(_text), context))
        {
            float[] probabilities = runner.Probabilities(texts.Encode(text));
            int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i])];
            if (isJson)
            {
                context.Output.WriteLine(Json(text, texts, probabilities, order[0]));
                continue;
            }

            context.Output.WriteLine($"{texts.Classes[order[0]]}  {Figures.One(100 * probabilities[order[0]])} %"
                + (order.Length > 2 ? $"   ({string.Join(", ", order[1..Math.Min(order.Length, Shown)].Select(i => $"{texts.Classes[i]} {Figures.One(100 * probabilities[i])} %"))})" : ""));
        }

        return context.Stop.IsCancellationRequested ? ToolApp.Stopped : 0;
    }

    private static string Json(string text, TextClasses texts, float[] probabilities, int best)
    {
        var all = new System.Text.Json.Nodes.JsonObject();
        for (int i = 0; i < probabilities.Length; i++)
        {
            all[texts.Classes[i]] = probabilities[i];
        }

        var answer = new System.Text.Json.Nodes.JsonObject { ["text"] = text, ["class"] = texts.Classes[best], ["probabilities"] = all };
        return answer.ToJsonString(Reports.JsonReport.OneLine);
    }
}
