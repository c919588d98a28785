using SpanRnn.Interchange;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Display;

/// <summary>Another program's model for people: a line for each thing found.</summary>
internal static class SummaryPrinter
{
    private const int MostNames = 20;

    /// <summary>Writes the summary.</summary>
    public static void Print(string path, ModelSummary summary, TextWriter output)
    {
        Say("file", $"{path} ({Figures.Whole(summary.Bytes)} bytes)");
        Say("format", summary.Format);
        Say("producer", summary.Producer is { } producer ? InfoCommand.Shown(producer) : "not in the file");
        foreach (LayerSummary layer in summary.Layers)
        {
            Say("layer", Text(layer));
            foreach (Convention convention in layer.Conventions)
            {
                Say("", $"  {convention.Name}: {InfoCommand.Shown(convention.Value)}");
            }
        }

        Say("parameters", $"{Figures.Whole(summary.Parameters)} ({Figures.Whole(summary.Parameters * sizeof(float))} bytes as float32)");
        foreach (Convention convention in summary.Conventions)
        {
            Say(convention.Name, InfoCommand.Shown(convention.Value));
        }

        foreach ((string key, string value) in summary.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Say("note", $"{InfoCommand.Shown(key)}: {InfoCommand.Shown(value)}");
        }

        foreach (string name in summary.Ignored.Take(MostNames))
        {
            Say("ignored", InfoCommand.Shown(name));
        }

        if (summary.Ignored.Count > MostNames)
        {
            Say("ignored", $"and {summary.Ignored.Count - MostNames} more");
        }

        foreach (string warning in summary.Warnings)
        {
            Say("warning", warning);
        }

        void Say(string what, string value) => output.WriteLine($"{what,-17} {value}".TrimEnd());
    }

    private static string Text(LayerSummary layer)
    {
        string name = string.IsNullOrEmpty(layer.Name) ? "" : $"{InfoCommand.Shown(layer.Name)}: ";
        string units = layer.HiddenSizes.Count == 0 ? "" : $", {string.Join(" + ", layer.HiddenSizes)} units";
        string projection = layer.ProjectionSize > 0 ? $", projected to {layer.ProjectionSize}" : "";
        string direction = layer.Direction switch { null or "forward" => "", "both" => ", in both directions", var other => $", {other}" };
        string activation = layer.Activation is null ? "" : $", then {layer.Activation}";
        string parameters = layer.Parameters == 0 ? "" : $", {Figures.Whole(layer.Parameters)} parameters";
        return $"{name}{layer.Type}, {(layer.InputSize > 0 ? $"{Figures.Whole(layer.InputSize)} to " : "to ")}{Figures.Whole(layer.OutputSize)}{units}{projection}{direction}{activation}{parameters}";
    }
}
