using System.CommandLine;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Commands;

/// <summary>Tells what a model file holds.</summary>
internal sealed class InfoCommand : Command
{
    private const int LongestValue = 100;

    private readonly Argument<string> _model = new("MODEL") { Description = "A model file of any format that can be read, or a checkpoint." };
    private readonly Option<bool> _json = new("--json") { Description = "The summary as JSON." };
    private readonly ImportArguments _import = new();

    public InfoCommand(ToolContext context) : base("info", "Tell what a model file holds.")
    {
        Arguments.Add(_model);
        foreach (Option option in (Option[])[_json, .. _import.All])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context.Output));
    }

    private int Run(ParseResult line, TextWriter output)
    {
        string path = line.GetRequiredValue(_model);
        bool isJson = line.GetValue(_json);
        if (!isJson && IsOurs(path))
        {
            return RunOurs(path, output);
        }

        ModelSummary summary = ModelInfo.Read(path, _import.Options(line));
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(summary, JsonReport.Readable.ModelSummary));
        }
        else
        {
            SummaryPrinter.Print(path, summary, output);
        }

        return 0;
    }

    // A model or a checkpoint of this tool or library, of which more is known than of others.
    internal static bool IsOurs(string path)
    {
        try
        {
            using SafetensorsReader reader = SafetensorsReader.Open(path);
            return reader.Metadata.TryGetValue("spanrnn.format", out string? format) && format is "model" or "checkpoint";
        }
        catch (ModelFileException)
        {
            return false;
        }
    }

    private static int RunOurs(string path, TextWriter output)
    {
        using LoadedModel loaded = ModelFile.Load(path);
        SequenceModelOptions options = loaded.Model.Options;
        RecurrentOptions recurrent = options.Recurrent;
        Say("file", $"{path} ({Figures.Whole(new FileInfo(path).Length)} bytes)");
        Say("kind", loaded.StepCount is { } steps ? $"checkpoint after {Figures.Whole(steps)} updates" : "model");
        Say("cell", CellNames.NameOf(recurrent.Cell) + (recurrent.Bidirectional ? ", in both directions" : ""));
        Say("input", loaded.Model.TakesTokens ? $"{Figures.Whole(options.Vocabulary)} tokens, embedding {recurrent.InputSize}" : $"{recurrent.InputSize} numbers");
        Say("layers", string.Join(" + ", recurrent.HiddenSizes) + " units" + (recurrent.ProjectionSize > 0 ? $", projected to {recurrent.ProjectionSize}" : ""));
        Say("biases", recurrent.Bias switch { BiasKind.None => "none", BiasKind.Single => "one vector", _ => "two vectors" });
        Say("dropout", $"{recurrent.Dropout:0.###} between layers, while training");
        Say("output", $"{Figures.Whole(options.Outputs)} numbers {(options.Head == HeadInput.EveryStep ? "at every step" : "after the last step")}");
        Say("parameters", $"{Figures.Whole(loaded.Model.Weights.Layout.Count)} ({Figures.Whole(loaded.Model.Weights.Layout.Count * sizeof(float))} bytes)");
        Say("weights", $"{WeightsArgument.NameOf(loaded.WeightFormat)} in the file{(loaded.WeightFormat == WeightFormat.Int8 ? ", with a scale for each row" : "")}");
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
    internal static string Shown(string value)
    {
        string calm = string.Concat(value.EnumerateRunes().Select(symbol => System.Text.Rune.IsControl(symbol) ? "·" : symbol.ToString()).Take(LongestValue));
        return calm.Length < value.Length ? $"{calm}..." : calm;
    }
}
