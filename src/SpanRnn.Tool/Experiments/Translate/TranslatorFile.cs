using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>A translator as a safetensors file: weights, words and sizes; a checkpoint has the optimizer's moments besides.</summary>
internal static class TranslatorFile
{
    private const string Cell = "cell", Bidirectional = "bidirectional", Embedding = "embedding", Hidden = "hidden", Attention = "attention";
    private const string Step = "optimizer_step";

    /// <summary>Writes it as a whole: on any failure an old file stays as it was.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public static void Save(string path, EncoderDecoder model, Languages languages, IReadOnlyDictionary<string, string> metadata, Optimizer? optimizer = null)
    {
        var writer = new SafetensorsWriter();
        RecurrentOptions encoder = model.Options.Encoder!;
        (string Key, string Value)[] sizes =
        [
            (Cell, CellNames.IdOf(encoder.Cell)), (Bidirectional, encoder.Bidirectional ? "true" : "false"), (Embedding, Text(encoder.InputSize)),
            (Hidden, Text(model.Options.Decoder.HiddenSizes[0])), (Attention, model.Options.Attention.ToString()),
        ];
        foreach ((string key, string value) in sizes.Concat(languages.Notes.Select(pair => (pair.Key, pair.Value))).Concat(metadata.Select(pair => (pair.Key, pair.Value))))
        {
            writer.Metadata[key] = value;
        }

        Add(writer, "", model.Weights);
        if (optimizer is not null)
        {
            writer.Metadata[Step] = Text(optimizer.StepCount);
            foreach ((string name, ParameterSet moment) in optimizer.Moments)
            {
                Add(writer, $"{name}.", moment);
            }
        }

        writer.Save(path);
    }

    /// <summary>Reads weights, and a checkpoint's moments, into a model of the same shape; the caller packs.</summary>
    /// <returns>The metadata.</returns>
    /// <exception cref="IOException">It cannot be read, or is of a model of another shape.</exception>
    public static IReadOnlyDictionary<string, string> ReadWeights(string path, ParameterSet weights, Optimizer? optimizer = null)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        long step = 0;
        if (optimizer is not null && !(reader.Metadata.TryGetValue(Step, out string? steps) && long.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out step)))
        {
            throw new IOException($"{path}: expected a checkpoint, found a file without an optimizer's step.");
        }

        Read(path, reader, "", weights);
        foreach ((string name, ParameterSet moment) in optimizer?.Moments ?? [])
        {
            Read(path, reader, $"{name}.", moment);
        }

        if (optimizer is not null)
        {
            optimizer.StepCount = step;
        }

        return reader.Metadata;
    }

    /// <summary>A translator, ready to be used; the caller disposes the model.</summary>
    /// <exception cref="ToolException">The file is no translator.</exception>
    /// <exception cref="IOException">It cannot be read, or is malformed.</exception>
    public static (EncoderDecoder Model, Languages Languages) Load(string path)
    {
        IReadOnlyDictionary<string, string> metadata;
        using (SafetensorsReader reader = SafetensorsReader.Open(path))
        {
            metadata = reader.Metadata;
        }

        Languages languages = Languages.Of(path, metadata);
        if (!(metadata.TryGetValue(Cell, out string? id) && CellNames.TryParse(id, out CellKind cell)
            && TryNumber(metadata, Embedding, out int embedding) && TryNumber(metadata, Hidden, out int hidden)
            && Enum.TryParse(metadata.GetValueOrDefault(Attention), out AttentionKind attention)))
        {
            throw new ToolException($"{path}: expected the sizes of a translator, found none.");
        }

        var settings = new TranslateSettings { Embedding = embedding, Hidden = hidden, Attention = attention };
        var model = new EncoderDecoder(settings.Model(cell, metadata.GetValueOrDefault(Bidirectional) == "true", languages.English.Count, languages.French.Count));
        try
        {
            ReadWeights(path, model.Weights);
            model.Pack();
            return (model, languages);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void Add(SafetensorsWriter writer, string prefix, ParameterSet set)
    {
        for (int i = 0; i < set.Layout.Tensors.Count; i++)
        {
            int tensor = i;
            ParameterInfo info = set.Layout.Tensors[i];
            long[] shape = info.IsVector ? [info.Columns] : [info.Rows, info.Columns];
            writer.Add($"{prefix}{info.Name}", shape, SafetensorsType.F32, sink =>
            {
                var numbers = new float[info.Count];
                set[tensor].CopyTo(numbers);
                sink.Write(numbers);
            });
        }
    }

    private static void Read(string path, SafetensorsReader reader, string prefix, ParameterSet set)
    {
        for (int i = 0; i < set.Layout.Tensors.Count; i++)
        {
            ParameterInfo info = set.Layout.Tensors[i];
            if (!reader.TryFind($"{prefix}{info.Name}", out TensorInfo? found) || found.ElementCount != info.Count)
            {
                throw new IOException($"{path}: {prefix}{info.Name}: expected {info.ShapeText}, found {found?.ToString() ?? "no such tensor"}.");
            }

            var numbers = new float[info.Count];
            reader.ReadFloats(found, numbers);
            set[i].CopyFrom(numbers);
        }
    }

    private static bool TryNumber(IReadOnlyDictionary<string, string> metadata, string key, out int number) =>
        int.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
