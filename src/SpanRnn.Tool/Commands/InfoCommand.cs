using System.CommandLine;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Commands;

/// <summary>Tells what a model file holds.</summary>
internal sealed class InfoCommand : Command
{
    private const int LongestValue = 100;

    private readonly Argument<string> _model = new("MODEL") { Description = "A model file, or a checkpoint." };

    public InfoCommand(ToolContext context) : base("info", "Tell what a model file holds.")
    {
        Arguments.Add(_model);
        SetAction(line => Run(line.GetRequiredValue(_model), context.Output));
    }

    private static int Run(string path, TextWriter output)
    {
        using LoadedModel loaded = ModelFile.Load(path);
        SequenceModelOptions options = loaded.Model.Options;
        RecurrentOptions recurrent = options.Recurrent;
        Say("file", $"{path} ({Figures.Whole(new FileInfo(path).Length)} bytes)");
        Say("kind", loaded.StepCount is { } steps ? $"checkpoint after {Figures.Whole(steps)} updates" : loaded.IsForeign ? "model, of another program" : "model");
        Say("cell", CellNames.NameOf(recurrent.Cell) + (recurrent.Bidirectional ? ", in both directions" : ""));
        Say("input", loaded.Model.TakesTokens ? $"{Figures.Whole(options.Vocabulary)} tokens, embedding {recurrent.InputSize}" : $"{recurrent.InputSize} numbers");
        Say("layers", string.Join(" + ", recurrent.HiddenSizes) + " units" + (recurrent.ProjectionSize > 0 ? $", projected to {recurrent.ProjectionSize}" : ""));
        Say("biases", recurrent.Bias switch { BiasKind.None => "none", BiasKind.Single => "one vector", _ => "two vectors" });
        Say("dropout", $"{recurrent.Dropout:0.###} between layers, while training");
        Say("output", $"{Figures.Whole(options.Outputs)} numbers {(options.Head == HeadInput.EveryStep ? "at every step" : "after the last step")}");
        Say("parameters", $"{Figures.Whole(loaded.Model.Weights.Layout.Count)} ({Figures.Whole(loaded.Model.Weights.Layout.Count * sizeof(float))} bytes)");
        foreach (ParameterInfo tensor in loaded.Model.Weights.Layout.Tensors)
        {
            Say("", $"{tensor.Name} {tensor.ShapeText}");
        }

        Say("vocabulary", loaded.Vocabulary is null ? "not in the file" : Shown(loaded.Vocabulary.ToString()));
        foreach ((string key, string value) in loaded.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Say(key, Shown(value));
        }

        foreach (string name in loaded.IgnoredTensors)
        {
            Say("ignored", name);
        }

        return 0;

        void Say(string what, string value) => output.WriteLine($"{what,-18}{value}".TrimEnd());
    }

    /// <summary>On one line, not too long, and without what could move a terminal's cursor.</summary>
    private static string Shown(string value)
    {
        string calm = string.Concat(value.EnumerateRunes().Select(symbol => System.Text.Rune.IsControl(symbol) ? "·" : symbol.ToString()).Take(LongestValue));
        return calm.Length < value.Length ? $"{calm}..." : calm;
    }
}
