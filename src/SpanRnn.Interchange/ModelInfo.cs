using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Readers;
using SpanRnn.Interchange.Stages;
using SpanRnn.Interchange.StateDicts;
using SpanRnn.Layers;

namespace SpanRnn.Interchange;

/// <summary>Tells what a file holds, also where it cannot be run as a whole.</summary>
public static class ModelInfo
{
    /// <summary>
    /// The summary of a model; of a state dict whose modules make no single line, or a graph that is no pipeline, its recurrent layers,
    /// with the reason among the warnings.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the file cannot say; null for none.</param>
    /// <exception cref="ModelFileException">The format is unknown, the file is malformed, or holds nothing recurrent.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ModelSummary Read(string path, ImportOptions? options = null)
    {
        options ??= new ImportOptions();
        try
        {
            using ImportedModel model = ImportedModel.Open(path, options);
            return model.Summary;
        }
        catch (ModelFileException error)
        {
            ModelSummary? parts = OfModules(path, options, error.Reason) ?? OfNodes(path, options, error.Reason);
            if (parts is null)
            {
                throw;
            }

            return parts;
        }
    }

    /// <summary>
    /// One recurrent module of a file that cannot be run as a whole, as a model of its own: of a state dict by its prefix, of an ONNX
    /// graph by its node's name.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The prefix or the node's name, as <see cref="Read"/> lists them.</param>
    /// <param name="options">What the file cannot say; null for none.</param>
    /// <exception cref="ModelFileException">The file is malformed, or has no such module.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ImportedModel OpenModule(string path, string name, ImportOptions? options = null)
    {
        options ??= new ImportOptions();
        if (!IsOnnx(path))
        {
            return ImportedModel.Open(path, options with { Prefix = name });
        }

        OnnxFile file = OnnxFile.Open(path, options);
        Recurrent recurrent = file.CreateRecurrent(name);
        var summary = new ModelSummary { Format = "ONNX, one node", Producer = file.Producer, Bytes = new FileInfo(path).Length, Warnings = file.Warnings };
        return new ImportedModel([new RecurrentStage(recurrent)], summary);
    }

    private static bool IsOnnx(string path)
    {
        using FileProbe probe = FileProbe.Open(path);
        return new OnnxReader().Recognises(probe);
    }

    private static ModelSummary? OfNodes(string path, ImportOptions options, string reason)
    {
        if (!IsOnnx(path))
        {
            return null;
        }

        OnnxFile file = OnnxFile.Open(path, options);
        return file.RecurrentNodes.Count == 0 ? null : new ModelSummary
        {
            Format = $"ONNX, operators of version {file.Opset}",
            Producer = file.Producer.Length == 0 ? null : file.Producer,
            Layers = [.. file.RecurrentNodes.Select(Layer)],
            Bytes = new FileInfo(path).Length,
            Warnings = [$"It cannot be run as a whole: {reason}", .. file.Warnings],
        };
    }

    // Sizes of inputs are not the node's to say.
    private static LayerSummary Layer(OnnxRecurrentInfo node) =>
        new(node.Settings.Operator.ToString().ToLowerInvariant(), 0, node.Settings.HiddenSize * node.Settings.Directions)
        {
            Name = node.Name,
            HiddenSizes = [node.Settings.HiddenSize],
            Direction = node.Settings.Direction switch { Direction.Bidirectional => "both", Direction.Reverse => "reverse", _ => "forward" },
            Conventions =
            [
                new("layout", node.Settings.BatchMajor ? "1, batch first" : "0, time first"),
                .. node.Settings.Operator == OnnxRecurrentOperator.Gru
                    ? [new Convention("reset", node.Settings.LinearBeforeReset ? "after the product" : "before the product")] : (Convention[])[],
                new("weights", node.HasWeights ? "in the file" : "inputs of the graph, not in the file"),
            ],
        };

    private static ModelSummary? OfModules(string path, ImportOptions options, string reason)
    {
        using (FileProbe probe = FileProbe.Open(path))
        {
            if (!new StateDictReader().Recognises(probe))
            {
                return null;
            }
        }

        using ITensorFile file = TensorFile.Open(path, options.Entry);
        var modules = new StateDictModules(file, options);
        if (modules.Recurrents.Count == 0)
        {
            return null;
        }

        ModelSummary summary = StateDictSummary.Of(file, modules, new FileInfo(path).Length);
        return summary with { Warnings = [$"It cannot be run as a whole: it {reason}", .. summary.Warnings] };
    }
}
