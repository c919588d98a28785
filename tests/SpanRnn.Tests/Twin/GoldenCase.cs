using System.Text.Json;

namespace SpanRnn.Tests.Twin;

/// <summary>One of PyTorch's recurrent cases: the stack it describes, its inputs, and its recorded results.</summary>
internal sealed class GoldenCase
{
    public GoldenCase(string file)
    {
        JsonElement entry = GoldenData.Index.Single(entry => entry.GetProperty("file").GetString() == file);
        Golden = new(GoldenData.PathOf(file));
        int layers = entry.GetProperty("num_layers").GetInt32();
        Stack = new(CellOf(entry), entry.GetProperty("input_size").GetInt32(),
            [.. Enumerable.Repeat(entry.GetProperty("hidden_size").GetInt32(), layers)])
        {
            Bidirectional = entry.GetProperty("bidirectional").GetBoolean(),
            Bias = entry.GetProperty("bias").GetBoolean() ? TwinBias.Double : TwinBias.None,
            Projection = entry.GetProperty("proj_size").GetInt32(),
        };
        Batch = new(entry.GetProperty("T").GetInt32(), entry.GetProperty("B").GetInt32(), Golden["input"])
        {
            H0 = Golden.Find("h0"),
            C0 = Golden.Find("c0"),
            Lengths = Golden.FindIntegers("lengths"),
        };
        Weights = Golden.Starting(strip: false, "weight_", "bias_");
    }

    public static IEnumerable<string> Files =>
        from entry in GoldenData.Index
        where entry.TryGetProperty("input_size", out _)
        select entry.GetProperty("file").GetString();

    public GoldenTensors Golden { get; }

    public TwinRecurrent Stack { get; }

    public TwinBatch Batch { get; }

    public Dictionary<string, double[]> Weights { get; }

    /// <summary>Everything PyTorch recorded a gradient of: weights, input and initial states, by name.</summary>
    public Dictionary<string, double[]> Leaves =>
        Golden.Starting(strip: true, "grad.").Keys.ToDictionary(name => name, name => Golden[name]);

    public TwinRun Run() => Stack.Run(Weights, Batch);

    /// <summary>The scalar whose gradients were recorded: the results, each element weighted by its upstream gradient.</summary>
    public double Loss() => Run().Weighted(Golden["up.output"], Golden["up.h_n"], Golden.Find("up.c_n"));

    private static TwinCell CellOf(JsonElement entry) =>
        (entry.GetProperty("kind").GetString(), entry.GetProperty("nonlinearity").GetString()) switch
        {
            ("RNN", "tanh") => TwinCell.ElmanTanh,
            ("RNN", "relu") => TwinCell.ElmanRelu,
            ("LSTM", _) => TwinCell.Lstm,
            ("GRU", _) => TwinCell.Gru,
            var other => throw new NotSupportedException($"cell {other}"),
        };
}
