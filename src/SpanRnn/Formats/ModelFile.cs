using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>
/// A <see cref="SequenceModel"/> in a safetensors file, with the names and shapes that PyTorch gives a module of
/// <c>embedding</c>, <c>rnn</c> and <c>fc</c>; options and vocabulary are in the metadata.
/// </summary>
/// <remarks>
/// With one bias vector the file also holds PyTorch's second one, as zeros, so that <c>load_state_dict(strict=True)</c> accepts it.
/// Saving, then loading, gives back every bit of float32. In a smaller format the loaded weights are the rounded ones, exactly: freezing them in that
/// format is freezing the original in it, and saving them again gives the same file.
/// </remarks>
public static class ModelFile
{
    /// <summary>Writes a model as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Its weights and options are written.</param>
    /// <param name="vocabulary">The symbols of its tokens.</param>
    /// <param name="metadata">Strings of the caller's; keys must not start with <c>spanrnn.</c></param>
    /// <param name="weights">
    /// How matrices are kept: as they are; as BF16, which other programs read too; or as I8 with an F32 scale for each row, in a tensor beside the
    /// matrix whose name ends with <c>.scale</c>. Biases and peepholes stay F32.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The vocabulary is not of the model's size, a key is one of ours, or a weight cannot be kept so: int8 needs finite ones.
    /// </exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static void Save(
        string path, SequenceModel model, Vocabulary? vocabulary = null, IReadOnlyDictionary<string, string>? metadata = null,
        WeightFormat weights = WeightFormat.Float32) =>
        Writer(Names.Model, model, vocabulary, metadata, [], weights).Save(path);

    /// <summary>Reads a model file, a checkpoint's model, or a PyTorch state dict of such a module.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowNonFinite">Whether NaN and infinite weights are accepted.</param>
    /// <param name="cell">
    /// For files without our metadata, where shapes tell only the number of gates: <see cref="CellKind.RnnRelu"/> or
    /// <see cref="CellKind.GruResetBefore"/>. A cell that contradicts the file is refused.
    /// </param>
    /// <exception cref="ModelFileException">The file is malformed, or not such a model; the message names what is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static LoadedModel Load(string path, bool allowNonFinite = false, CellKind? cell = null)
    {
        using ITensorFile reader = WidenedFile.Of(SafetensorsReader.Open(path));
        string? format = WeightFile.FormatOf(path, reader);
        if (format is not (null or Names.Model or Names.Checkpoint))
        {
            string advice = format == Names.Recurrent ? "a bare recurrent stack, use RecurrentFile.Load" : ModelFileException.Quote(format);
            throw new ModelFileException(path, $"expected a model, found {advice}.");
        }

        bool isForeign = format is null;
        var tensors = new TensorTable(path, reader, isForeign);
        var metadata = new MetadataReader(path, reader.Metadata);
        SequenceModelOptions options = isForeign ? new ForeignOptions(path, tensors).Model(cell) : OptionsText.ReadModel(metadata);
        WeightFile.CheckCell(path, options.Recurrent, cell);
        Vocabulary? vocabulary = ReadVocabulary(path, metadata, options);
        long? steps = format == Names.Checkpoint ? metadata.Long(CheckpointText.Step) : null;
        ExpectedTensor[] expected = WeightFile.Check(tensors, TensorPlan.Of(options));

        SequenceModel model = WeightFile.Build(path, () => new SequenceModel(options));
        try
        {
            WeightFile.Read(tensors, expected, model.Weights, options.Recurrent, allowNonFinite);
            model.Pack();
            string[] ignored = WeightFile.Ignored(
                path, tensors, name => isForeign ? IsPart(name) : format == Names.Model || !Checkpoint.IsTrainers(name));
            return new LoadedModel(model)
            {
                Vocabulary = vocabulary,
                Metadata = WeightFile.CallersMetadata(reader),
                IgnoredTensors = isForeign ? ignored : [],
                IsForeign = isForeign,
                StepCount = steps,
                WeightFormat = WidenedFile.FormatOf(reader),
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal static SafetensorsWriter Writer(
        string format, SequenceModel model, Vocabulary? vocabulary, IReadOnlyDictionary<string, string>? callers,
        IEnumerable<(string Key, string Value)> more, WeightFormat weights = WeightFormat.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter writer = WeightFile.Begin(format, OptionsText.Write(model.Options).Concat(more), callers, weights);
        if (vocabulary is not null)
        {
            if (vocabulary.Count != model.Options.Vocabulary)
            {
                throw new ArgumentException(
                    $"vocabulary: expected {model.Options.Vocabulary} symbols, as the model's embedding, found {vocabulary.Count}.", nameof(vocabulary));
            }

            writer.Metadata[Names.Vocabulary] = vocabulary.ToString();
        }

        WeightFile.Add(writer, model.Weights, bias: model.Options.Recurrent.Bias, format: weights);
        return writer;
    }

    private static Vocabulary? ReadVocabulary(string file, MetadataReader metadata, SequenceModelOptions options)
    {
        if (!metadata.Has(Names.Vocabulary))
        {
            return null;
        }

        Vocabulary vocabulary;
        try
        {
            vocabulary = Vocabulary.Parse(metadata.Text(Names.Vocabulary));
        }
        catch (FormatException error)
        {
            throw new ModelFileException(file, $"metadata '{Names.Vocabulary}': {error.Message}", error);
        }

        return vocabulary.Count == options.Vocabulary
            ? vocabulary
            : throw new ModelFileException(
                file, $"metadata '{Names.Vocabulary}': expected {options.Vocabulary} symbols, as the embedding, found {vocabulary.Count}.");
    }

    private static bool IsPart(string name) =>
        name.StartsWith(TensorPlan.Embedding, StringComparison.Ordinal)
        || name.StartsWith(TensorPlan.Rnn, StringComparison.Ordinal)
        || name.StartsWith(TensorPlan.Head, StringComparison.Ordinal);
}
