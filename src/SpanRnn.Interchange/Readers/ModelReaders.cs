using SpanRnn.Formats;
using SpanRnn.Interchange.StateDicts;
using SpanRnn.Interchange.Onnx;

namespace SpanRnn.Interchange.Readers;

/// <summary>All readers. The first that recognises a file reads it.</summary>
internal static class ModelReaders
{
    /// <summary>A reader is added here, with one line; those that look for more come first.</summary>
    public static IReadOnlyList<IModelReader> All { get; } = OptionalParts.Onnx ? [.. Always, new OnnxReader()] : Always;

    private static IModelReader[] Always =>
    [
        new RtNeuralReader(),
        new GuitarMlReader(),
        new NamReader(),
        new KerasArraysReader(),
        new Hdf5Refusal(),
        new StateDictReader(),
    ];

    public static ImportedModel Open(string path, ImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileProbe file = FileProbe.Open(path);
        foreach (IModelReader reader in All)
        {
            if (reader.Recognises(file))
            {
                return reader.Read(file, options);
            }
        }

        throw new ModelFileException(
            path, $"is of no known format: {file.Describe()}. Known are {string.Join(", ", All.Select(reader => reader.Format))}"
            + (OptionalParts.Onnx ? "." : "; ONNX is left out of this program (SpanRnn.Interchange.Onnx)."));
    }
}
