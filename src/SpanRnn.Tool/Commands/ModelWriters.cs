using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Writers;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Commands;

/// <summary>The formats that models can be written in.</summary>
internal static class ModelWriters
{
    /// <summary>The one that can keep weights in other formats than float32.</summary>
    public const string Safetensors = "safetensors";

    private static readonly (string Name, string Ending, Func<string, ImportedModel, WeightFormat, IReadOnlyList<string>> Write)[] All =
    [
        (Safetensors, ".safetensors", StateDictFile.Save),
        ("onnx", ".onnx", (path, model, _) => Silent(() => OnnxWriter.Save(path, model))),
        ("rtneural", ".json", (path, model, _) => Silent(() => RtNeuralFile.Save(path, model))),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(format => format.Name)];

    /// <summary>The format of a file name; null if its ending tells none.</summary>
    public static string? ByEnding(string path) =>
        All.FirstOrDefault(format => path.EndsWith(format.Ending, StringComparison.OrdinalIgnoreCase)).Name;

    /// <summary>Writes a model, and returns what the format cannot say.</summary>
    /// <exception cref="NotSupportedException">The model has what the format has not.</exception>
    /// <exception cref="ArgumentException">A weight cannot be kept in the format of weights.</exception>
    public static IReadOnlyList<string> Write(string format, string path, ImportedModel model, WeightFormat weights) =>
        All.First(known => known.Name == format).Write(path, model, weights);

    private static string[] Silent(Action write)
    {
        write();
        return [];
    }
}
