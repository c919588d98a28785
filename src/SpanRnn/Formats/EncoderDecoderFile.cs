using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>An <see cref="EncoderDecoder"/> in a safetensors file: its tensors by their names, its options in the metadata.</summary>
/// <remarks>Vocabularies are the caller's, as strings of the metadata. Saving, then loading, gives back every bit.</remarks>
public static class EncoderDecoderFile
{
    /// <summary>Writes a model as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Its weights and options are written.</param>
    /// <param name="metadata">Strings of the caller's; keys must not start with <c>spanrnn.</c></param>
    /// <exception cref="ArgumentException">A key is one of ours.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static void Save(string path, EncoderDecoder model, IReadOnlyDictionary<string, string>? metadata = null) =>
        Writer(Names.EncoderDecoder, model, metadata, []).Save(path);

    /// <summary>Reads a model file, or a checkpoint's model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowNonFinite">Whether NaN and infinite weights are accepted.</param>
    /// <exception cref="ModelFileException">The file is malformed, or not such a model; the message names what is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static LoadedEncoderDecoder Load(string path, bool allowNonFinite = false)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        string? format = WeightFile.FormatOf(path, reader);
        if (format is not (Names.EncoderDecoder or Names.EncoderDecoderCheckpoint))
        {
            string found = format is null ? "a file without our metadata" : format is Names.Model or Names.Checkpoint
                ? "a sequence model, use ModelFile.Load" : ModelFileException.Quote(format);
            throw new ModelFileException(path, $"expected an encoder-decoder, found {found}.");
        }

        EncoderDecoderOptions options = WeightFile.Build(path, () =>
        {
            EncoderDecoderOptions read = EncoderDecoderText.Read(path, reader.Metadata);
            read.Validate();
            return read;
        });
        bool isCheckpoint = format == Names.EncoderDecoderCheckpoint;
        long? steps = isCheckpoint ? new MetadataReader(path, reader.Metadata).Long(CheckpointText.Step) : null;
        var tensors = new TensorTable(path, reader, isForeign: false);
        ExpectedTensor[] expected = WeightFile.Check(tensors, TensorPlan.Of(options));
        EncoderDecoder model = WeightFile.Build(path, () => new EncoderDecoder(options));
        try
        {
            Read(tensors, expected, model, allowNonFinite);
            WeightFile.Ignored(path, tensors, name => !isCheckpoint || !Checkpoint.IsTrainers(name));
            return new LoadedEncoderDecoder(model) { Metadata = WeightFile.CallersMetadata(reader), StepCount = steps };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    internal static SafetensorsWriter Writer(
        string format, EncoderDecoder model, IReadOnlyDictionary<string, string>? callers, IEnumerable<(string Key, string Value)> more)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter writer = WeightFile.Begin(format, EncoderDecoderText.Write(model.Options).Concat(more), callers);
        WeightFile.Add(writer, model.Weights);
        return writer;
    }

    /// <summary>Reads checked tensors into the weights, and packs them.</summary>
    internal static void Read(TensorTable tensors, ExpectedTensor[] expected, EncoderDecoder model, bool allowNonFinite)
    {
        foreach (ExpectedTensor tensor in expected)
        {
            tensors.Read(tensor.Name, model.Weights[tensor.Name], allowNonFinite);
        }

        model.Pack();
    }
}
