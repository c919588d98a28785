using SpanRnn.Formats;
using SpanRnn.Interchange.Readers;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Interchange.StateDicts;

/// <summary>Models in files of named tensors: our own, and PyTorch's state dicts where their modules follow each other in one line.</summary>
internal sealed class StateDictReader : IModelReader
{
    private const int MostNamesShown = 8;

    /// <inheritdoc/>
    public string Format => "PyTorch state dict (torch.save, safetensors)";

    /// <inheritdoc/>
    public bool Recognises(FileProbe file) => TensorFile.IsCheckpoint(file) || TensorFile.IsIndex(file)
        || (file.Kind == FileKind.Safetensors && file.SafetensorsNames.Any(name => ModuleNames.Recurrent(name) is not null));

    /// <inheritdoc/>
    public ImportedModel Read(FileProbe file, ImportOptions options)
    {
        using ITensorFile tensors = TensorFile.Open(file.Path, options.Entry);
        return Read(tensors, file.Length, options);
    }

    /// <summary>Reads a model from an open file.</summary>
    /// <exception cref="ModelFileException">Its modules do not follow each other in one line, or a tensor is not what it must be.</exception>
    public static ImportedModel Read(ITensorFile file, long bytes, ImportOptions options)
    {
        string? format = WeightFile.FormatOf(file.Name, file);
        if (format is not null)
        {
            options = OwnOptions(file, format, options, out Dictionary<string, RecurrentOptions> own);
            return Build(file, bytes, options, own);
        }

        return Build(file, bytes, options, []);
    }

    private static ImportedModel Build(ITensorFile file, long bytes, ImportOptions options, Dictionary<string, RecurrentOptions> own)
    {
        var modules = new StateDictModules(file, options, own);
        IReadOnlyList<ChainLink> chain = Chain.Find(modules, out string reason) ?? throw new ModelFileException(
            file.Name, $"is a state dict whose modules make no single line: {reason}. "
            + (modules.Recurrents.Count == 0
                ? $"Its tensors: {string.Join(", ", file.Tensors.Take(MostNamesShown).Select(tensor => ModelFileException.Quote(tensor.Name)))}."
                : $"Its recurrent layers can be read alone, by their prefixes: {string.Join(", ", modules.Recurrents.Take(MostNamesShown))}."));
        var stages = new List<ModelStage>();
        try
        {
            int last = chain.ToList().FindLastIndex(link => link.Recurrent is not null);
            for (int i = 0; i < chain.Count; i++)
            {
                stages.Add(Stage(modules, chain[i], file.Name));
                if (i == last && options.Head == HeadInput.LastStep)
                {
                    stages.Add(new SelectionStage(SelectedStep.FinalState, chain[i].Outputs));
                }
            }

            return new ImportedModel(stages, StateDictSummary.Of(file, modules, chain, stages, bytes, own.Count > 0));
        }
        catch
        {
            stages.ForEach(stage => stage.Dispose());
            throw;
        }
    }

    // A file of ours says what shapes do not tell.
    private static ImportOptions OwnOptions(ITensorFile file, string format, ImportOptions options, out Dictionary<string, RecurrentOptions> own)
    {
        var metadata = new MetadataReader(file.Name, file.Metadata);
        if (format == Names.Recurrent)
        {
            own = new() { [""] = OptionsText.ReadRecurrent(metadata) };
            return options;
        }

        SequenceModelOptions model = OptionsText.ReadModel(metadata);
        own = new() { [TensorPlan.Rnn] = model.Recurrent };
        return options with { Head = model.Head };
    }

    private static ModelStage Stage(StateDictModules modules, ChainLink link, string file)
    {
        if (link.Recurrent is { } module)
        {
            Recurrent recurrent = modules.Extract(module);
            return new RecurrentStage(recurrent) { Conventions = StateDictSummary.ConventionsOf(module) };
        }

        MatrixModule matrix = link.Matrix!;
        (float[] weight, float[] bias) = modules.Read(matrix);
        return WeightFile.Build<ModelStage>(file, () => link.IsEmbedding
            ? new EmbeddingStage(weight, matrix.Rows, matrix.Columns)
            : new DenseStage(weight, bias, matrix.Columns, matrix.Rows));
    }
}
