using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>GuitarML's and NAM's files, written here as their programs lay them out, against the float64 twin and PyTorch itself.</summary>
public sealed class AudioFormatTests
{
    private const int Steps = 40;

    [Theory]
    [InlineData("LSTM", 1, 8, 1, true, 1)]
    [InlineData("LSTM", 2, 5, 1, true, 2)]
    [InlineData("GRU", 1, 9, 0, false, 1)]
    [InlineData("RNN", 1, 17, 1, true, 3)]
    public void A_guitarml_file_is_what_its_network_computes(string unit, int inputs, int units, int skip, bool bias, int layers)
    {
        TwinCell cell = unit switch { "LSTM" => TwinCell.Lstm, "GRU" => TwinCell.Gru, _ => TwinCell.ElmanTanh };
        var stack = new TwinRecurrent(cell, inputs, [.. Enumerable.Repeat(units, layers)]);
        Dictionary<string, double[]> weights = TwinRandom.Weights(3, stack.Shapes());
        double[] head = TwinRandom.Values(50, units), headBias = TwinRandom.Values(51, 1), x = TwinRandom.Values(52, Steps * inputs);
        double[] expected = TwinDense.Apply(head, bias ? headBias : null, stack.Run(weights, new TwinBatch(Steps, 1, x)).Output, Steps, units, 1);
        for (int t = 0; t < Steps && skip > 0; t++)
        {
            expected[t] += x[t * inputs];
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("m.json"), GuitarMl(stack, weights, unit, inputs, units, skip, layers, head, bias ? headBias : null));
        Check(folder.Path("m.json"), x, expected);
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 3, 18)]
    public void A_nam_file_is_what_its_network_computes_from_its_own_initial_state(int layers, int inputs, int units)
    {
        var stack = new TwinRecurrent(TwinCell.Lstm, inputs, [.. Enumerable.Repeat(units, layers)]) { Bias = TwinBias.Single };
        Dictionary<string, double[]> weights = TwinRandom.Weights(4, stack.Shapes());
        double[] h0 = TwinRandom.Values(60, layers * units), c0 = TwinRandom.Values(61, layers * units);
        double[] head = TwinRandom.Values(62, units), headBias = TwinRandom.Values(63, 1), x = TwinRandom.Values(64, Steps * inputs);
        double[] states = stack.Run(weights, new TwinBatch(Steps, 1, x) { H0 = h0, C0 = c0 }).Output;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("m.nam"), Nam(stack, weights, h0, c0, head, headBias));
        Check(folder.Path("m.nam"), x, TwinDense.Apply(head, headBias, states, Steps, units, 1));
    }

    [TorchFact]
    public void A_guitarml_file_that_pytorch_filled_gives_pytorchs_output()
    {
        using var folder = new TemporaryFolder();
        (string output, string error) = Python.Run("""
            import json, sys, torch
            torch.manual_seed(5)
            rec, lin = torch.nn.GRU(1, 12, 2), torch.nn.Linear(12, 1)
            state = {'rec.' + k: v.tolist() for k, v in rec.state_dict().items()}
            state.update({'lin.' + k: v.tolist() for k, v in lin.state_dict().items()})
            data = dict(model='SimpleRNN', input_size=1, skip=1, output_size=1, unit_type='GRU', num_layers=2, hidden_size=12, bias_fl=True)
            json.dump(dict(model_data=data, state_dict=state), open(sys.argv[1], 'w'))
            x = torch.randn(40, 1, 1)
            y = lin(rec(x)[0]) + x
            print(' '.join(map(str, x.flatten().tolist())))
            print(' '.join(map(str, y.flatten().tolist())))
            """, folder.Path("m.json"));
        Assert.True(error.Length == 0, error);
        double[][] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ').Select(Parse).ToArray())];
        Check(folder.Path("m.json"), lines[0], lines[1]);
    }

    [Fact]
    public void Other_architectures_and_wrong_sizes_are_refused_with_their_reason()
    {
        Assert.Contains("'WaveNet' is not recurrent", Refusal("""{"architecture":"WaveNet","config":{},"weights":[]}"""), StringComparison.Ordinal);
        Assert.Contains(
            "expected 39 numbers for 1 layers of 2 units on 1 inputs, found [3]",
            Refusal("""{"architecture":"LSTM","config":{"num_layers":1,"input_size":1,"hidden_size":2},"weights":[1,2,3]}"""), StringComparison.Ordinal);
        Assert.Contains("expected LSTM, GRU or RNN, found 'CNN'", Refusal(OneUnit("CNN", "")), StringComparison.Ordinal);
        Assert.Contains(
            "'state_dict.rec.weight_ih_l0': expected [4, 1], found [3, 1]: three gates: a GRU's", Refusal(OneUnit("LSTM", "")), StringComparison.Ordinal);
        Assert.Contains(
            "bias_fl says that the linear layer has a bias, state_dict has none", Refusal(OneUnit("GRU", ",\"bias_fl\":true")), StringComparison.Ordinal);
    }

    private static string OneUnit(string type, string more) =>
        "{\"model_data\":{\"input_size\":1,\"hidden_size\":1,\"unit_type\":\"" + type + "\"" + more
        + "},\"state_dict\":{\"rec.weight_ih_l0\":[[1],[1],[1]],\"rec.weight_hh_l0\":[[1],[1],[1]],\"lin.weight\":[[1]]}}";

    internal static string GuitarMl(
        TwinRecurrent stack, Dictionary<string, double[]> weights, string unit, int inputs, int units, int skip, int layers, double[] head, double[]? headBias)
    {
        IEnumerable<string> state = stack.Shapes().Select(shape => $"\"rec.{shape.Name}\":{Rows(weights[shape.Name], shape.Columns)}");
        state = state.Append($"\"lin.weight\":{Rows(head, units)}");
        state = headBias is null ? state : state.Append($"\"lin.bias\":{List(headBias)}");
        return $$$"""
            {"model_data":{"model":"SimpleRNN","input_size":{{{inputs}}},"skip":{{{skip}}},"output_size":1,"unit_type":"{{{unit}}}","num_layers":{{{layers}}},
            "hidden_size":{{{units}}},"bias_fl":{{{(headBias is null ? "false" : "true")}}}},"state_dict":{{{{string.Join(",", state)}}}}}
            """;
    }

    internal static string Nam(TwinRecurrent stack, Dictionary<string, double[]> weights, double[] h0, double[] c0, double[] head, double[] headBias)
    {
        var flat = new List<double>();
        int units = stack.Hidden[0];
        for (int layer = 0; layer < stack.Layers; layer++)
        {
            int width = stack.InputWidth(layer);
            for (int row = 0; row < 4 * units; row++)
            {
                flat.AddRange(weights[$"weight_ih_l{layer}"][(row * width)..((row + 1) * width)]);
                flat.AddRange(weights[$"weight_hh_l{layer}"][(row * units)..((row + 1) * units)]);
            }

            flat.AddRange(weights[$"bias_ih_l{layer}"]);
            flat.AddRange(h0[(layer * units)..((layer + 1) * units)]);
            flat.AddRange(c0[(layer * units)..((layer + 1) * units)]);
        }

        flat.AddRange(head);
        flat.AddRange(headBias);
        return $$$"""
            {"version":"0.5.2","architecture":"LSTM","config":{"num_layers":{{{stack.Layers}}},"input_size":{{{stack.Inputs}}},"hidden_size":{{{units}}}},
            "weights":{{{List(flat)}}},"sample_rate":48000,"metadata":{"gear_make":"a test"}}
            """;
    }

    private static void Check(string path, double[] x, double[] expected)
    {
        using ImportedModel model = ImportedModel.Open(path);
        float[] input = EngineRun.Floats(x), y = new float[expected.Length], stepped = new float[expected.Length];
        using ImportedRun run = model.Plan(Steps, 1);
        run.Run(Steps, 1, [], input, y);
        Closeness.Absolute(model.Summary.Format, expected, y, 1e-5);
        using ImportedSession session = model.CreateSession();
        for (int round = 0; round < 2; round++)
        {
            for (int t = 0; t < Steps; t++)
            {
                session.Step(input.AsSpan(t * model.InputSize, model.InputSize), stepped.AsSpan(t, 1));
            }

            Bits.Equal($"{model.Summary.Format}, round {round}", y, stepped);
            session.Reset();
        }
    }

    private static string Refusal(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("m.json"), json);
        return Assert.Throws<ModelFileException>(() => ImportedModel.Open(folder.Path("m.json"))).Message;
    }

    private static string Rows(double[] values, int columns) => columns == 0 ? List(values) : $"[{string.Join(",", values.Chunk(columns).Select(List))}]";

    private static string List(IEnumerable<double> values) => $"[{string.Join(",", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
