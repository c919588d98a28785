using SpanRnn.Formats;
using SpanRnn.Interchange.Readers;
using SpanRnn.Interchange.StateDicts;

namespace SpanRnn.Interchange;

/// <summary>Tells what a file holds, also where it cannot be run as a whole.</summary>
public static class ModelInfo
{
    /// <summary>
    /// The summary of a model; of a state dict whose modules make no single line, its recurrent layers, with the reason among the warnings.
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
            return OfModules(path, options, error.Reason) ?? throw new ModelFileException(path, error.Reason, error);
        }
    }

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
