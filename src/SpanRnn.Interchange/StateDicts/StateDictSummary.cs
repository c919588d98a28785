using SpanRnn.Formats;
using SpanRnn.Interchange.PyTorch;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.StateDicts;

/// <summary>What is told of a state dict: what its names and shapes say, and what they leave open.</summary>
internal static class StateDictSummary
{
    /// <summary>The summary of a model; layers with the names of their modules.</summary>
    public static ModelSummary Of(
        ITensorFile file, StateDictModules modules, IReadOnlyList<ChainLink> chain, IReadOnlyList<ModelStage> stages, long bytes, bool isOurs)
    {
        ModelSummary summary = Of(file, modules, bytes, isOurs);
        int link = 0;
        var warnings = new List<string>(summary.Warnings);
        for (int i = 1; i < chain.Count; i++)
        {
            if (chain[i].Matrix is not null && chain[i - 1] is { Matrix: not null, IsEmbedding: false })
            {
                warnings.Add(
                    $"'{chain[i - 1].Prefix}' and '{chain[i].Prefix}' follow each other: a function between them, such as ReLU, leaves no weights and would be missing.");
            }
        }

        return summary with
        {
            Layers = [.. stages.Select(stage => stage is SelectionStage ? stage.Summarize() : stage.Summarize() with { Name = chain[link++].Prefix.TrimEnd('.') })],
            Warnings = warnings,
        };
    }

    /// <summary>The summary of a file whose modules make no single line: only the recurrent layers are listed.</summary>
    public static ModelSummary Of(ITensorFile file, StateDictModules modules, long bytes, bool isOurs = false)
    {
        var warnings = new List<string>();
        if (!isOurs && modules.Recurrents.Any(module => module.Options.Cell == CellKind.Rnn))
        {
            warnings.Add("Weights do not tell a plain RNN's function: tanh is taken, as PyTorch does unless told otherwise; say so if it is ReLU.");
        }

        string[] unknown = [.. modules.Others.Where(ModuleNames.LooksLikeWeights)];
        if (unknown.Length > 0)
        {
            warnings.Add($"{unknown.Length} tensors belong to modules that are not known, such as '{unknown[0]}'.");
        }

        return new ModelSummary
        {
            Format = file switch
            {
                PyTorchFile => "PyTorch checkpoint",
                ShardedSafetensors => "safetensors, several files",
                _ => "safetensors",
            },
            Producer = isOurs ? "SpanRnn" : file is PyTorchFile ? "PyTorch" : file.Metadata.GetValueOrDefault("format") == "pt" ? "PyTorch" : null,
            Layers = [.. modules.Recurrents.Select(Layer)],
            Parameters = modules.Recurrents.Sum(module => TensorPlan.Of(module.Options, "").Sum(tensor => tensor.Shape.Aggregate(1L, (a, b) => a * b))),
            Bytes = bytes,
            Conventions = Conventions(file),
            Ignored = [.. modules.Others, .. modules.Gradients, .. file is PyTorchFile checkpoint ? checkpoint.Ignored : []],
            Warnings = warnings,
            Metadata = file.Metadata,
        };
    }

    /// <summary>What formats disagree on, for one module.</summary>
    public static IReadOnlyList<Convention> ConventionsOf(RecurrentModule module)
    {
        RecurrentOptions options = module.Options;
        var conventions = new List<Convention>();
        switch (Names.Gates(options.Cell))
        {
            case 4: conventions.Add(new("gate order", "i f g o")); break;
            case 3:
                conventions.Add(new("gate order", "r z n"));
                conventions.Add(new("reset", options.Cell == CellKind.Gru ? "after the product" : "before the product"));
                break;
            default: conventions.Add(new("function", options.Cell == CellKind.RnnRelu ? "relu" : "tanh")); break;
        }

        conventions.Add(new("biases", options.Bias switch { BiasKind.None => "none", BiasKind.Single => "one vector", _ => "two vectors, bias_ih and bias_hh" }));
        conventions.Add(new("matrices", "[gates x H, I] and [gates x H, H], row by row"));
        if (module.IsCell)
        {
            conventions.Add(new("module", "a single cell, stepped by the program"));
        }

        return conventions;
    }

    private static LayerSummary Layer(RecurrentModule module)
    {
        // Without weights, so that listing costs no memory.
        RecurrentOptions options = module.Options;
        return new(Names.Of(Names.Cells, options.Cell), options.InputSize, options.OutputSize)
        {
            Name = module.Prefix.TrimEnd('.'),
            HiddenSizes = options.HiddenSizes,
            ProjectionSize = options.ProjectionSize,
            Direction = options.Bidirectional ? "both" : "forward",
            Parameters = TensorPlan.Of(options, "").Sum(tensor => tensor.Shape.Aggregate(1L, (a, b) => a * b)),
            Conventions = ConventionsOf(module),
        };
    }

    private static List<Convention> Conventions(ITensorFile file)
    {
        var conventions = new List<Convention>
        {
            new("element types", string.Join(", ", (file is WidenedFile small ? small.Stored : file.Tensors).Select(tensor => tensor.DType).Distinct().Select(type => type.Name()))),
        };
        if (file is PyTorchFile { Entry.Length: > 0 } checkpoint)
        {
            conventions.Add(new("state dict found under", checkpoint.Entry));
        }

        if (file is ShardedSafetensors sharded)
        {
            conventions.Add(new("files", $"{sharded.Files.Count}"));
        }

        return conventions;
    }
}
