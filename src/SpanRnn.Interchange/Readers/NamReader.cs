using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// Neural Amp Modeler's .nam files of architecture LSTM: <c>config</c> and one list of weights, for each layer the rows [W | R], gates i f g o, the
/// sum of both biases, the initial h and c; then the head's weights and bias.
/// </summary>
internal sealed class NamReader : IModelReader
{
    public string Format => "NAM";

    public bool Recognises(FileProbe file) => file.JsonNames.Contains("architecture") && file.JsonNames.Contains("weights");

    public ImportedModel Read(FileProbe file, ImportOptions options)
    {
        JsonValue root = JsonValue.Root(file), config = root["config"];
        string architecture = root["architecture"].String();
        if (architecture != "LSTM")
        {
            throw root.Refuse($"the architecture {ModelFileException.Quote(architecture)} is not recurrent, only LSTM is read");
        }

        int layers = config["num_layers"].Int(1, FileLimits.MostLayers), inputs = config["input_size"].Int(1), units = config["hidden_size"].Int(1);
        int outputs = config.Find("out_channels")?.Int(1) ?? 1;
        WeightArray weights = root["weights"].Array().CheckFinite(options);
        Int128 rows = 4 * (Int128)units, first = rows * (inputs + (Int128)units + 1) + 2 * units, other = rows * (2 * (Int128)units + 1) + 2 * units;
        Int128 expected = first + (layers - 1) * other + (units + (Int128)1) * outputs;
        if (weights.Rank != 1 || weights.Values.Length != expected)
        {
            throw weights.Refuse(
                $"expected {expected} numbers for {layers} layers of {units} units on {inputs} inputs, found {weights.ShapeText}");
        }

        return Build.Model(file.Path, Summary(file, root), stages =>
        {
            float[] hidden = new float[layers * units], cell = new float[layers * units];
            int at = 0;
            ReadOnlySpan<float> Take(int count)
            {
                at += count;
                return weights.Values.AsSpan(at - count, count);
            }

            Recurrent recurrent = Build.Recurrent(
                file.Path, new() { InputSize = inputs, HiddenSizes = RecurrentOptions.Sizes(units, layers) }, target =>
                {
                    for (int layer = 0; layer < layers; layer++)
                    {
                        TensorView w = target.Weights[$"weight_ih_l{layer}"], r = target.Weights[$"weight_hh_l{layer}"];
                        for (int row = 0; row < w.Rows; row++)
                        {
                            Take(w.Columns).CopyTo(w.Row(row));
                            Take(units).CopyTo(r.Row(row));
                        }

                        target.Weights[$"bias_ih_l{layer}"].CopyFrom(Take(w.Rows));
                        Take(units).CopyTo(hidden.AsSpan(layer * units));
                        Take(units).CopyTo(cell.AsSpan(layer * units));
                    }
                });
            stages.Add(new RecurrentStage(recurrent, hidden, cell) { Conventions = Conventions });
            stages.Add(new DenseStage(Take(units * outputs), Take(outputs), units, outputs));
        });
    }

    private static Convention[] Conventions { get; } =
    [
        new("gate order in the file", "i f g o"), new("matrices in the file", "(gates x units, inputs + units)"), new("biases in the file", "one, the sum"),
        new("initial states", "in the file"),
    ];

    private ModelSummary Summary(FileProbe file, JsonValue root)
    {
        string? version = root.Find("version")?.String();
        var metadata = new Dictionary<string, string>();
        if (root.Find("sample_rate") is { } rate)
        {
            metadata["sample rate"] = rate.Number().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return new()
        {
            Format = Format,
            Producer = version is null ? "Neural Amp Modeler" : $"Neural Amp Modeler, file version {version}",
            Bytes = file.Length,
            Metadata = metadata,
            Ignored = [.. root.Members.Keys.Except(["version", "architecture", "config", "weights", "sample_rate", "metadata"]).Order(StringComparer.Ordinal)],
        };
    }
}
