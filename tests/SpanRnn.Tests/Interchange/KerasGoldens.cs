using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRnn.Interchange.Keras;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Interchange;

/// <summary>The recorded cases of Keras's own layer tests, read from their file: a further case in the same form is run too.</summary>
internal sealed partial class KerasGoldens(JsonElement golden)
{
    private static readonly string[] File = ["goldens", "keras_rnn_goldens.json"];

    public static string? WhyMissing => DataFolder.WhyMissing(Path.Combine(File));

    public string Name => golden.GetProperty("name").GetString()!;

    public static IEnumerable<KerasGoldens> All()
    {
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(DataFolder.Path(File)));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => new KerasGoldens(item.Clone()))];
    }

    public float[] Expected => Floats(golden.GetProperty("expected"));

    /// <summary>What the case's layer gives where the case looks.</summary>
    public float[] Run()
    {
        int[] shape = Ints(golden.GetProperty("x_shape"));
        float[] x = Input(shape[0] * shape[1] * shape[2]);
        using var layer = new KerasLayer(Options(golden.GetProperty("layer"), shape[2]));
        JsonElement weights = Inner(golden.GetProperty("layer"));
        layer.Initialize(Number(weights, "kernel_initializer"), Number(weights, "recurrent_initializer"), Number(weights, "bias_initializer"));
        bool[] mask = golden.TryGetProperty("mask", out JsonElement given) ? [.. given.GetProperty("data").EnumerateArray().Select(item => item.GetBoolean())] : [];
        float[][] initial = golden.TryGetProperty("initial_state", out JsonElement states)
            ? [.. states.EnumerateArray().Select(state => Floats(state.GetProperty("data")))] : [];
        KerasOutput? output = null;
        for (int call = 0; call < golden.GetProperty("stateful_calls_including_this").GetInt32(); call++)
        {
            output = layer.Call(shape[0], shape[1], x, mask, initial);
        }

        return Checked(golden.GetProperty("checked_output").GetString()!, layer.Options, output!, shape[0]);
    }

    private static JsonElement Inner(JsonElement layer) => layer.TryGetProperty("layer", out JsonElement inner) ? inner : layer;

    private static KerasLayerOptions Options(JsonElement layer, int inputs)
    {
        JsonElement inner = Inner(layer);
        string[] known =
        [
            "kind", "units", "kernel_initializer", "recurrent_initializer", "bias_initializer", "unroll", "unit_forget_bias", "reset_after", "go_backwards",
            "return_sequences", "return_state", "stateful", "zero_output_for_mask", "activation", "recurrent_activation", "use_bias",
        ];
        foreach (JsonProperty property in inner.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new NotSupportedException($"The layer's argument {property.Name} is not known to this test.");
            }
        }

        bool bidirectional = inner.GetRawText() != layer.GetRawText();
        var defaults = new KerasLayerOptions { Kind = KerasKind.Lstm, InputSize = 1, Units = 1 };
        return new()
        {
            Kind = Enum.Parse<KerasKind>(inner.GetProperty("kind").GetString()!, ignoreCase: true),
            InputSize = inputs,
            Units = inner.GetProperty("units").GetInt32(),
            Activation = Text(inner, "activation", defaults.Activation),
            RecurrentActivation = Text(inner, "recurrent_activation", defaults.RecurrentActivation),
            UseBias = Truth(inner, "use_bias", true),
            UnitForgetBias = Truth(inner, "unit_forget_bias", true),
            ResetAfter = Truth(inner, "reset_after", true),
            GoBackwards = Truth(inner, "go_backwards", false),
            ReturnSequences = Truth(inner, "return_sequences", false),
            Stateful = Truth(inner, "stateful", false),
            ZeroOutputForMask = Truth(inner, "zero_output_for_mask", false),
            Bidirectional = bidirectional,
            Merge = bidirectional && layer.TryGetProperty("merge_mode", out JsonElement mode) ? Mode(mode) : MergeMode.Concat,
        };
    }

    private static MergeMode? Mode(JsonElement mode) => mode.ValueKind == JsonValueKind.Null ? null : mode.GetString() switch
    {
        "concat" => MergeMode.Concat,
        "sum" => MergeMode.Sum,
        "mul" => MergeMode.Multiply,
        "ave" => MergeMode.Average,
        string other => throw new NotSupportedException($"There is no merge mode {other}."),
        null => null,
    };

    /// <summary>output, output1, output2, h, c, h1, c2, state ..., and [n] for one sequence of it.</summary>
    private static float[] Checked(string what, KerasLayerOptions options, KerasOutput output, int batch)
    {
        Match match = Place().Match(what);
        if (!match.Success)
        {
            throw new NotSupportedException($"What is {what} of a layer's results?");
        }

        int number = match.Groups[2].Length > 0 ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 1;
        float[] values = match.Groups[1].Value switch
        {
            "output" => number == 1 ? output.Output : output.BackwardOutput!,
            "c" or "state_c" => output.States[(number - 1) * options.StatesOfDirection + 1],
            _ => output.States[(number - 1) * options.StatesOfDirection],
        };
        int each = values.Length / batch;
        return match.Groups[3].Length == 0 ? values
            : values.AsSpan(int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) * each, each).ToArray();
    }

    private float[] Input(int count)
    {
        JsonElement x = golden.GetProperty("x");
        if (x.ValueKind == JsonValueKind.Array)
        {
            return Floats(x);
        }

        string text = x.GetString()!;
        return text.StartsWith($"arange({count})", StringComparison.Ordinal)
            ? [.. Enumerable.Range(0, count).Select(i => (float)i)]
            : throw new NotSupportedException($"x is {text}, expected arange({count}) or numbers.");
    }

    private static float[] Floats(JsonElement values) => values.ValueKind == JsonValueKind.Array
        ? [.. values.EnumerateArray().SelectMany(Floats)]
        : [values.GetSingle()];

    private static int[] Ints(JsonElement values) => [.. values.EnumerateArray().Select(item => item.GetInt32())];

    private static float Number(JsonElement layer, string name) => layer.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : 0f;

    private static bool Truth(JsonElement layer, string name, bool fallback) => layer.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : fallback;

    private static string Text(JsonElement layer, string name, string fallback) =>
        layer.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "linear" : fallback;

    [GeneratedRegex(@"^(output|state_h|state_c|state|h|c)(\d*)(?:\[(\d+)\])?$")]
    private static partial Regex Place();
}
