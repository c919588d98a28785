using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.Stages;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// RTNeural's JSON: <c>in_shape</c> and <c>layers</c>, each with its type, activation, shape and weights in Keras's layouts. Its GRU resets after the
/// product and has two biases.
/// </summary>
internal sealed class RtNeuralReader : IModelReader
{
    public string Format => "RTNeural JSON";

    public bool Recognises(FileProbe file) => file.JsonNames.Contains("layers") && file.JsonNames.Contains("in_shape");

    public ImportedModel Read(FileProbe file, ImportOptions options)
    {
        JsonValue root = JsonValue.Root(file);
        int size = LastSize(root["in_shape"]);
        List<JsonValue> layers = root["layers"].Items();
        if (layers.Count == 0)
        {
            throw root.Refuse("has no layers");
        }

        if (layers.Count > FileLimits.MostLayers)
        {
            throw root.Refuse($"has {layers.Count} layers, at most {FileLimits.MostLayers} are read");
        }

        int skip = root.Find("in_skip")?.Int(0) ?? 0;
        string[] gains = [.. new[] { "in_gain", "out_gain" }.Where(name => root.Find(name)?.Number() is { } gain && gain != 0)];
        var summary = new ModelSummary
        {
            Format = Format,
            Bytes = file.Length,
            Ignored = [.. root.Members.Keys.Except(["in_shape", "layers", "in_skip"]).Order(StringComparer.Ordinal)],
            Conventions = skip > 0 ? [new("in_skip", "the model's input is added to its output, as AIDA-X does; RTNeural itself does not")] : [],
            Warnings = [.. gains.Select(name => $"{name} is not applied: scale the audio as AIDA-X does, by that many decibels.")],
        };
        return Build.Model(file.Path, summary, stages =>
        {
            foreach (JsonValue layer in layers)
            {
                new RtNeuralLayer(file.Path, layer, size, options).AddTo(stages);
                size = stages.Count > 0 ? stages[^1].OutputSize : size;
            }

            if (stages.Count == 0)
            {
                throw root.Refuse("has no layer that computes anything");
            }

            if (skip > 0)
            {
                stages.Add(new InputSkipStage(size, skip));
            }
        });
    }

    /// <summary>The last number of a shape such as [null, null, 8].</summary>
    internal static int LastSize(JsonValue shape)
    {
        List<JsonValue> sizes = shape.Items();
        return sizes.Count switch
        {
            0 => throw shape.Refuse("expected a shape, found an empty list"),
            4 => throw shape.Refuse("is the shape of a two-dimensional convolution, which is not supported"),
            _ => sizes[^1].Int(1),
        };
    }
}
