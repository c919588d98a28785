using System.Text.Json;
using SpanRnn.Cells;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>The cases of ONNX Runtime's own operator tests, as many as the file holds.</summary>
public sealed class OnnxRuntimeCases
{
    private const string Folder = "goldens", File = "onnxruntime_rnn_goldens.json";
    private const double Tolerance = 2e-5;

    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            int i = 0;
            foreach (JsonElement one in DataFolder.WhyMissing(Folder) is null ? Read() : [])
            {
                cases.Add(i++, $"{one.GetProperty("op")} {one.GetProperty("name")}");
            }

            if (i == 0)
            {
                cases.Add(0, "none");
            }

            return cases;
        }
    }

    [DataTheory(Folder)]
    [MemberData(nameof(Cases))]
    public void A_node_gives_the_published_outputs(int index, string name)
    {
        JsonElement one = Read()[index];
        OnnxRecurrentSettings settings = Settings(one);
        int steps = one.GetProperty("seq_length").GetInt32(), batch = one.GetProperty("batch_size").GetInt32();
        int states = settings.Directions * batch * settings.HiddenSize;
        using var node = new OnnxRecurrentNode(settings, one.GetProperty("input_size").GetInt32(), Floats(one, "W"), Floats(one, "R"), Floats(one, "B"), Floats(one, "P"));
        float[] y = new float[steps * states], yH = new float[states], yC = new float[settings.Operator == OnnxRecurrentOperator.Lstm ? states : 0];
        int[] lengths = [.. Floats(one, "sequence_lens").Select(length => (int)length)];
        node.Run(steps, batch, Floats(one, "X"), lengths, Floats(one, "initial_h"), Floats(one, "initial_c"), y, yH, yC);
        int compared = 0;
        foreach ((string output, float[] found) in new[] { ("Y", y), ("Y_h", yH), ("Y_c", yC) })
        {
            double[] expected = [.. Floats(one, output).Select(number => (double)number)];
            if (expected.Length > 0)
            {
                compared++;
                Correct(one, output, expected);
                Closeness.Absolute($"{name} {output}", expected, found, Tolerance);
            }
        }

        Assert.True(compared > 0, $"{name} has no outputs.");
    }

    /// <summary>One published number is a typo: the file's note has the place, what was published and what the equations give.</summary>
    private static void Correct(JsonElement one, string output, double[] expected)
    {
        if (one.TryGetProperty("note", out JsonElement note) && output == "Y" && note.GetString()!.Contains("published literal Y[", StringComparison.Ordinal))
        {
            string list = note.GetString()!.Split("=[(")[1].TrimEnd(']', ')');
            string[] numbers = list.Split(',', StringSplitOptions.TrimEntries);
            int place = int.Parse(numbers[0]);
            Assert.Equal(double.Parse(numbers[1]), expected[place], 1e-8);
            expected[place] = double.Parse(numbers[2]);
        }
    }

    private static OnnxRecurrentSettings Settings(JsonElement one) => new()
    {
        Operator = Enum.Parse<OnnxRecurrentOperator>(one.GetProperty("op").GetString()!, ignoreCase: true),
        HiddenSize = one.GetProperty("hidden_size").GetInt32(),
        Direction = Enum.Parse<Direction>(one.GetProperty("direction").GetString()!, ignoreCase: true),
        Activations = one.TryGetProperty("activations", out JsonElement names)
            ? [.. names.EnumerateArray().Select(text => Activation.Default(Enum.Parse<ActivationKind>(text.GetString()!, ignoreCase: true)))]
            : [],
        Clip = one.TryGetProperty("clip", out JsonElement clip) ? clip.GetSingle() : 0f,
        InputForget = one.TryGetProperty("input_forget", out JsonElement coupled) && coupled.GetBoolean(),
        LinearBeforeReset = one.TryGetProperty("linear_before_reset", out JsonElement reset) && reset.GetBoolean(),
    };

    private static float[] Floats(JsonElement one, string name) =>
        one.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(number => number.GetSingle())] : [];

    private static JsonElement[] Read() =>
        [.. JsonDocument.Parse(System.IO.File.ReadAllBytes(DataFolder.Path(Folder, File))).RootElement.GetProperty("cases").EnumerateArray()];
}
