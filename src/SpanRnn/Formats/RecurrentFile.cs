using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>
/// A <see cref="Recurrent"/> stack in a safetensors file, with the names and shapes of PyTorch's <c>nn.RNN</c>, <c>nn.LSTM</c> and
/// <c>nn.GRU</c>: <c>weight_ih_l0</c>, <c>weight_hh_l0</c>, ...; options are in the metadata.
/// </summary>
/// <remarks>
/// With one bias vector the file also holds PyTorch's second one, as zeros. Saving, then loading, gives back every bit of float32. In a smaller format
/// the loaded weights are the rounded ones, exactly: freezing them in that format is freezing the original in it.
/// </remarks>
public static class RecurrentFile
{
    /// <summary>Writes a stack as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recurrent">Its weights and options are written.</param>
    /// <param name="metadata">Strings of the caller's; keys must not start with <c>spanrnn.</c></param>
    /// <param name="weights">
    /// How matrices are kept: as they are; as BF16, which other programs read too; or as I8 with an F32 scale for each row, in a tensor beside the
    /// matrix whose name ends with <c>.scale</c>. Biases and peepholes stay F32.
    /// </param>
    /// <exception cref="ArgumentException">A key is one of ours, or a weight cannot be kept so: int8 needs finite ones.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException">The stack is disposed.</exception>
    public static void Save(
        string path, Recurrent recurrent, IReadOnlyDictionary<string, string>? metadata = null, WeightFormat weights = WeightFormat.Float32)
    {
        ArgumentNullException.ThrowIfNull(recurrent);
        SafetensorsWriter writer = WeightFile.Begin(Names.Recurrent, OptionsText.Write(recurrent.Options), metadata, weights);
        WeightFile.Add(writer, recurrent.Weights, bias: recurrent.Options.Bias, format: weights);
        writer.Save(path);
    }

    /// <summary>Reads a stack, or the PyTorch state dict of one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowNonFinite">Whether NaN and infinite weights are accepted.</param>
    /// <param name="cell">
    /// For files without our metadata, where shapes tell only the number of gates: <see cref="CellKind.RnnRelu"/> or
    /// <see cref="CellKind.GruResetBefore"/>. A cell that contradicts the file is refused.
    /// </param>
    /// <exception cref="ModelFileException">The file is malformed, or not such a stack; the message names what is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static LoadedRecurrent Load(string path, bool allowNonFinite = false, CellKind? cell = null)
    {
        using ITensorFile reader = WidenedFile.Of(SafetensorsReader.Open(path));
        string? format = WeightFile.FormatOf(path, reader);
        if (format is not (null or Names.Recurrent))
        {
            string advice = format is Names.Model or Names.Checkpoint ? "a whole model, use ModelFile.Load" : ModelFileException.Quote(format);
            throw new ModelFileException(path, $"expected a bare recurrent stack, found {advice}.");
        }

        bool isForeign = format is null;
        var tensors = new TensorTable(path, reader, isForeign);
        RecurrentOptions options = isForeign
            ? new ForeignOptions(path, tensors).Recurrent("", cell)
            : OptionsText.ReadRecurrent(new MetadataReader(path, reader.Metadata));
        WeightFile.CheckCell(path, options, cell);
        ExpectedTensor[] expected = WeightFile.Check(tensors, TensorPlan.Of(options, ""));

        Recurrent recurrent = WeightFile.Build(path, () => new Recurrent(options));
        try
        {
            WeightFile.Read(tensors, expected, recurrent.Weights, options, allowNonFinite);
            recurrent.Pack();
            return new LoadedRecurrent(recurrent)
            {
                Metadata = WeightFile.CallersMetadata(reader),
                IgnoredTensors = WeightFile.Ignored(path, tensors, name => !isForeign || IsPart(name)),
                IsForeign = isForeign,
                WeightFormat = WidenedFile.FormatOf(reader),
            };
        }
        catch
        {
            recurrent.Dispose();
            throw;
        }
    }

    private static bool IsPart(string name) =>
        name.StartsWith("weight_", StringComparison.Ordinal) || name.StartsWith("bias_", StringComparison.Ordinal);
}
