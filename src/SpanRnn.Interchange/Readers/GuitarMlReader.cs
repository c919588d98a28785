using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// GuitarML's JSON (Proteus, NeuralPi): <c>model_data</c> describes nn.LSTM, nn.GRU or nn.RNN followed by nn.Linear, <c>state_dict</c> has their weights
/// under PyTorch's names with <c>rec.</c> and <c>lin.</c> before them; <c>skip</c> adds as many numbers of the input to the output.
/// </summary>
internal sealed class GuitarMlReader : IModelReader
{
    private const string Rec = "rec.", Lin = "lin.";

    public string Format => "GuitarML JSON";

    public bool Recognises(FileProbe file) => file.JsonNames.Contains("model_data") && file.JsonNames.Contains("state_dict");

    public ImportedModel Read(FileProbe file, ImportOptions options)
    {
        JsonValue root = JsonValue.Root(file), data = root["model_data"], weights = root["state_dict"];
        int units = data["hidden_size"].Int(1), outputs = data.Find("output_size")?.Int(1) ?? 1, skip = data.Find("skip")?.Int(0) ?? 0;
        int layers = data.Find("num_layers")?.Int(1, FileLimits.MostLayers) ?? 1;
        CellKind cell = CellOf(data["unit_type"]);
        RecurrentOptions recurrentOptions = new()
        {
            Cell = cell,
            InputSize = data["input_size"].Int(1),
            HiddenSizes = RecurrentOptions.Sizes(units, layers),
            Bias = weights.Find($"{Rec}bias_ih_l0") is null ? BiasKind.None : BiasKind.Double,
        };
        var used = new HashSet<string>();
        WeightArray Take(string name, ReadOnlySpan<int> shape)
        {
            used.Add(name);
            WeightArray array = weights[name].Array().CheckFinite(options);
            return array.Expect(shape, array.Rank > 0 && shape.Length > 0 ? GateCause.Of(array.Shape[0], units) : null);
        }

        // All is read before memory is taken for what the file claims.
        var arrays = new Dictionary<string, WeightArray>();
        foreach ((string name, int[] shape) in Shapes(recurrentOptions, units))
        {
            arrays[name] = Take(Rec + name, shape);
        }

        float[] head = Take($"{Lin}weight", [outputs, units]).Values;
        bool hasBias = weights.Find($"{Lin}bias") is not null;
        if (data.Find("bias_fl")?.Bool() is { } said && said != hasBias)
        {
            throw data.Refuse($"bias_fl says that the linear layer has {(said ? "a" : "no")} bias, state_dict has {(hasBias ? "one" : "none")}");
        }

        float[] bias = hasBias ? Take($"{Lin}bias", [outputs]).Values : [];
        return Build.Model(file.Path, Summary(file, data, [.. weights.Members.Keys.Except(used)]), stages =>
        {
            Recurrent recurrent = Build.Recurrent(file.Path, recurrentOptions, target =>
            {
                foreach (ParameterInfo tensor in target.Weights.Layout.Tensors)
                {
                    target.Weights[tensor.Name].CopyFrom(arrays[tensor.Name].Values);
                }
            });
            stages.Add(new RecurrentStage(recurrent) { Conventions = ConventionsOf(cell, recurrentOptions.Bias) });
            stages.Add(new DenseStage(head, bias, units, outputs));
            if (skip > 0)
            {
                stages.Add(new InputSkipStage(outputs, skip));
            }
        });
    }

    private static IEnumerable<(string Name, int[] Shape)> Shapes(RecurrentOptions options, int units)
    {
        int rows = (int)Math.Min(int.MaxValue, (long)GateCause.GatesOf(options.Cell) * units);
        for (int layer = 0; layer < options.HiddenSizes.Count; layer++)
        {
            yield return ($"weight_ih_l{layer}", [rows, layer == 0 ? options.InputSize : units]);
            yield return ($"weight_hh_l{layer}", [rows, units]);
            if (options.Bias == BiasKind.Double)
            {
                yield return ($"bias_ih_l{layer}", [rows]);
                yield return ($"bias_hh_l{layer}", [rows]);
            }
        }
    }

    private ModelSummary Summary(FileProbe file, JsonValue data, string[] ignored) => new()
    {
        Format = Format,
        Producer = data.Find("model")?.String() is { } name ? $"GuitarML, {name}" : "GuitarML",
        Bytes = file.Length,
        Ignored = ignored,
    };

    private static Convention[] ConventionsOf(CellKind cell, BiasKind bias)
    {
        Convention[] common = [new("matrices in the file", "(gates x units, inputs)"), new("biases in the file", bias == BiasKind.None ? "none" : "two")];
        return cell switch
        {
            CellKind.Lstm => [new("gate order in the file", "i f g o"), .. common],
            CellKind.Gru => [new("gate order in the file", "r z n"), new("reset", "after the product"), .. common],
            _ => common,
        };
    }

    private static CellKind CellOf(JsonValue type) => type.String() switch
    {
        "LSTM" => CellKind.Lstm,
        "GRU" => CellKind.Gru,
        "RNN" => CellKind.Rnn,
        string other => throw type.Refuse($"expected LSTM, GRU or RNN, found {Formats.ModelFileException.Quote(other)}"),
    };
}
