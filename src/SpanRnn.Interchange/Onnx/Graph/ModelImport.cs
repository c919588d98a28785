using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Interchange.Stages;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>From a graph that is a pipeline to a model.</summary>
internal static class ModelImport
{
    public static ImportedModel Run(ModelMessage model, GraphContext file, GraphEvaluator graph, OnnxFile onnx)
    {
        string output = model.Graph.Outputs.FirstOrDefault()?.Name ?? throw new ModelFileException(file.Path, "its graph has no output.");
        Source source = Resolve(file, graph, onnx, output);
        List<RecurrentSource> recurrent = [];
        Source root = source;
        for (Source? at = source; at is not null; at = at.Parent)
        {
            root = at;
            if (at is RecurrentSource layer)
            {
                recurrent.Add(layer);
            }
        }

        if (recurrent.Count == 0 || root is not InputSource { IsPart: false } input)
        {
            throw new ModelFileException(file.Path, "no recurrent node lies on the way from an input of the graph to its first output.");
        }

        var summary = new ModelSummary
        {
            Format = "ONNX",
            Producer = onnx.Producer.Length > 0 ? onnx.Producer : null,
            Bytes = file.Bytes,
            Conventions =
            [
                new("operators of version", onnx.Opset.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("input in the file", Layout(input, recurrent[^1])),
                .. file.LengthsInput is { } lengths ? [new("lengths in the file", lengths)] : (Convention[])[],
            ],
            Ignored = [.. model.Graph.Outputs.Skip(1).Select(other => $"output {ModelFileException.Quote(other.Name)}")],
            Metadata = model.Metadata.DistinctBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
        };
        return file.Build(() =>
        {
            List<ModelStage> stages = new StageBuilder(file).Build(source);
            try
            {
                return new ImportedModel(stages, summary with { Warnings = [.. file.Warnings] });
            }
            catch
            {
                stages.ForEach(stage => stage.Dispose());
                throw;
            }
        });
    }

    private static Source Resolve(GraphContext file, GraphEvaluator graph, OnnxFile onnx, string output)
    {
        string advice = onnx.RecurrentNodes.Count == 0 ? "" : $" Its recurrent nodes can be taken out by name: {string.Join(", ", onnx.RecurrentNodes.Take(8).Select(node => ModelFileException.Quote(node.Name)))}.";
        switch (graph[output])
        {
            case Obscure obscure:
                throw new ModelFileException(file.Path, $"{obscure.Node.Title} is not understood: {obscure.Reason}{advice}");
            case Flow flow:
                // The output is read as a layer would read it.
                var call = new OperatorCall(graph, graph.Giver(output), []);
                try
                {
                    return Whole.Of(call, flow).Source;
                }
                catch (NotUnderstoodException reason)
                {
                    throw new ModelFileException(file.Path, $"its output {ModelFileException.Quote(output)} is not understood: {reason.Message}{advice}");
                }

            default:
                throw new ModelFileException(file.Path, $"its output {ModelFileException.Quote(output)} is a constant.{advice}");
        }
    }

    private static string Layout(InputSource input, RecurrentSource first) => $"[{string.Join(", ", input.Axes.Select((axis, i) =>
        axis == first.Time ? "T" : axis == first.Batch ? "B" : i == input.Axes.Length - 1 ? "I" : "?"))}]";
}
