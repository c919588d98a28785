using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Graphs as Keras's converters and others write them, and what is said of those that are not understood.</summary>
public sealed class OnnxGraphTests
{
    private const int I = 4, H = 5;

    [RuntimeFact]
    public void Keras_layers_over_every_step() => Agreement.Check("keras", Keras().ToBytes(), I, batchFirst: true);

    [RuntimeFact]
    public void Initial_states_that_the_file_holds()
    {
        GraphText graph = Start("B").Node("Shape", "x", "s").Constant("one", [1L], 1).Node("Gather", "s one", "b").Constant("h", Noise(H, 3), 1, 1, H)
            .Node("Concat", "one b one", "bs", ("axis", 0)).Node("Expand", "h bs", "h0");
        Agreement.Check("states", Head(Lstm(graph, "x", "y3", initial: "h0 h0").Constant("ax", [1L], 1).Node("Squeeze", "y3 ax", "q"), "q").ToBytes(), I);
    }

    [RuntimeFact]
    public void Two_nodes_that_run_the_two_ways_are_one_layer()
    {
        GraphText graph = Lstm(Lstm(Start("B"), "x", "_ f"), "x", "_ r", "reverse").Constant("ax", [0L], 1)
            .Node("Squeeze", "f ax", "f2").Node("Squeeze", "r ax", "r2").Node("Concat", "f2 r2", "c", ("axis", -1)).Node("Relu", "c", "q");
        byte[] bytes = Head(graph, "q", 2 * H).ToBytes();
        Agreement.Check("two ways", bytes, I);
        using ImportedModel model = OnnxFile.Read("two ways", bytes).Import();
        Assert.True(Assert.IsType<RecurrentStage>(model.Stages[0]).Recurrent.Options.Bidirectional);
    }

    [RuntimeFact]
    public void Two_ways_over_every_step_and_both_ends()
    {
        GraphText both = Lstm(Lstm(Start("B"), "x", "f"), "x", "r", "reverse").Constant("ax", [1L], 1)
            .Node("Squeeze", "f ax", "f3").Node("Squeeze", "r ax", "r3");
        Agreement.Check("every step", Head(both.Node("Concat", "f3 r3", "q", ("axis", 2)), "q", 2 * H).ToBytes(), I);

        GraphText ends = Lstm(Lstm(Start("B"), "x", "f"), "x", "r", "reverse").Constant("ax", [1L], 1).Constant("last", [-1L]).Constant("first", [0L])
            .Node("Squeeze", "f ax", "f3").Node("Squeeze", "r ax", "r3").Node("Gather", "f3 last", "fe").Node("Gather", "r3 first", "re")
            .Node("Concat", "fe re", "q", ("axis", 1));
        Agreement.Check("both ends", Head(ends, "q", 2 * H).ToBytes(), I);
    }

    [RuntimeTheory]
    [InlineData("Add", MergeMode.Sum)]
    [InlineData("Mul", MergeMode.Multiply)]
    public void Two_ways_that_are_added_or_multiplied(string type, MergeMode mode)
    {
        GraphText graph = Lstm(Lstm(Start("B"), "x", "f"), "x", "r", "reverse").Constant("ax", [1L], 1)
            .Node("Squeeze", "f ax", "f3").Node("Squeeze", "r ax", "r3").Node(type, "r3 f3", "q");
        byte[] bytes = Head(graph, "q").ToBytes();
        Agreement.Check(type, bytes, I);
        using ImportedModel model = OnnxFile.Read(type, bytes).Import();
        Assert.Equal(mode, Assert.IsType<RecurrentStage>(model.Stages[0]).Recurrent.Options.Merge);
    }

    [RuntimeFact]
    public void Scales_offsets_and_normalisation()
    {
        GraphText graph = Lstm(Start("B").Constant("mean", Noise(I, 5), I).Constant("std", [1f, 2f, 3f, 4f], I).Node("Sub", "x mean", "x1").Node("Div", "x1 std", "x2"), "x2", "_ h")
            .Constant("ax", [0L], 1).Node("Squeeze", "h ax", "h2")
            .Constant("g", Noise(H, 6), H).Constant("o", Noise(H, 7), H).Constant("m", Noise(H, 8), H).Constant("v", [1f, 2f, 0.5f, 0.1f, 3f], H)
            .Node("BatchNormalization", "h2 g o m v", "q", ("epsilon", 1e-3f));
        Agreement.Check("scales", Head(graph, "q").ToBytes(), I);
    }

    [RuntimeTheory]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Elu")]
    [InlineData("HardSigmoid")]
    [InlineData("Softplus")]
    [InlineData("Softsign")]
    [InlineData("ThresholdedRelu")]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void Activations_after_a_layer(string type)
    {
        GraphText graph = Lstm(Start("B"), "x", "y4").Constant("ax", [1L], 1).Node("Squeeze", "y4 ax", "q").Node(type, "q", "q2");
        Agreement.Check(type, Head(graph, "q2").ToBytes(), I);
    }

    [RuntimeFact]
    public void Rows_of_all_steps_in_one_matrix()
    {
        GraphText graph = Lstm(Start("B"), "x", "y4").Constant("flat", [-1L, H], 2).Node("Reshape", "y4 flat", "rows")
            .Constant("w", Noise(H * 2, 9), H, 2).Constant("b", Noise(2, 10), 2).Node("Gemm", "rows w b", "g", ("alpha", 0.5f), ("beta", 2f))
            .Node("Shape", "x", "s").Constant("two", [0L, 1L], 2).Node("Gather", "s two", "tb").Constant("o", [2L], 1).Node("Concat", "tb o", "shape", ("axis", 0))
            .Node("Reshape", "g shape", "y").Output("y", "T", "B", 2);
        Agreement.Check("rows", graph.ToBytes(), I);
    }

    [Fact]
    public void A_node_that_is_not_understood_is_named_and_recurrent_nodes_are_still_there()
    {
        GraphText graph = Lstm(Start("B"), "x", "y4").Node("Einsum", "y4", "e").Node("Sin", "e", "s").Output("s", "T", "B", H);
        OnnxFile file = OnnxFile.Read("strange", graph.ToBytes());
        ModelFileException refusal = Assert.Throws<ModelFileException>(() => file.Import());
        Assert.Contains("'einsum1' (Einsum) is not understood", refusal.Message);
        Assert.Contains("'lstm0'", refusal.Message);
        OnnxRecurrentInfo info = Assert.Single(file.RecurrentNodes);
        Assert.Equal((OnnxRecurrentOperator.Lstm, H, Direction.Forward), (info.Settings.Operator, info.Settings.HiddenSize, info.Settings.Direction));
        using Recurrent recurrent = file.CreateRecurrent("lstm0");
        Assert.Equal((I, H), (recurrent.InputSize, recurrent.OutputSize));
        Assert.Contains("'other'", Assert.Throws<ModelFileException>(() => file.CreateRecurrent("other")).Message);
    }

    [Fact]
    public void An_attribute_that_is_none_is_refused()
    {
        GraphText graph = Start("B").Constant("W", Noise(4 * H * I, 1), 1, 4 * H, I).Constant("R", Noise(4 * H * H, 2), 1, 4 * H, H)
            .Node("LSTM", "x W R", "y", ("hidden_size", H), ("output_sequence", 1)).Output("y", "T", 1, "B", H);
        Assert.Contains("'output_sequence'", Assert.Throws<ModelFileException>(() => OnnxFile.Read("old", graph.ToBytes())).Message);
    }

    [Fact]
    public void Weights_of_another_operator_are_told_apart()
    {
        GraphText graph = Start("B").Constant("W", Noise(3 * H * I, 1), 1, 3 * H, I).Constant("R", Noise(3 * H * H, 2), 1, 3 * H, H)
            .Node("LSTM", "x W R", "y", ("hidden_size", H)).Output("y", "T", 1, "B", H);
        OnnxFile file = OnnxFile.Read("mixed", graph.ToBytes());
        string message = Assert.Throws<ModelFileException>(() => file.Import()).Message;
        Assert.Contains("R: expected [1, 20, 5], found [1, 15, 5]: three gates, a GRU's", message);
        Assert.Equal(message.Split(": R:")[1][..40], Assert.Throws<ModelFileException>(() => file.CreateRecurrent("lstm0")).Message.Split(": R:")[1][..40]);
    }

    [Theory]
    [InlineData("pytorch", 0, null, CellKind.GruResetBefore, "pytorch#189225")]
    [InlineData("pytorch", 0, true, CellKind.Gru, "as asked")]
    [InlineData("pytorch", 1, null, CellKind.Gru, null)]
    [InlineData("tf2onnx", 0, null, CellKind.GruResetBefore, null)]
    public void A_gru_of_pytorch_that_resets_before_the_product_is_doubted(string producer, int flag, bool? asked, CellKind cell, string? warning)
    {
        GraphText graph = Start("B").Constant("W", Noise(3 * H * I, 1), 1, 3 * H, I).Constant("R", Noise(3 * H * H, 2), 1, 3 * H, H)
            .Node("GRU", "x W R", "y", ("hidden_size", H), ("linear_before_reset", flag)).Output("y", "T", 1, "B", H);
        graph.Model.Producer = producer;
        graph.Model.ProducerVersion = "2.9";
        using ImportedModel model = OnnxFile.Read("gru", graph.ToBytes(), new ImportOptions { ResetAfter = asked }).Import();
        Assert.Equal(cell, Assert.IsType<RecurrentStage>(Assert.Single(model.Stages)).Recurrent.Options.Cell);
        Assert.Equal(warning is null ? 0 : 1, model.Summary.Warnings.Count);
        Assert.All(model.Summary.Warnings, text => Assert.Contains(warning!, text));
    }

    [Fact]
    public void States_that_the_caller_keeps_are_a_sessions_own()
    {
        GraphText graph = Lstm(Start("B").Input("h0", 1, "B", H).Input("c0", 1, "B", H), "x", "y4 hn cn", initial: "h0 c0")
            .Constant("ax", [1L], 1).Node("Squeeze", "y4 ax", "y").Output("y", "T", "B", H).Output("hn", 1, "B", H).Output("cn", 1, "B", H);
        using ImportedModel model = OnnxFile.Read("states", graph.ToBytes()).Import();
        Assert.Equal(2, model.Summary.Warnings.Count);
        Assert.Equal(["output 'hn'", "output 'cn'"], model.Summary.Ignored);
    }

    [Fact]
    public void A_node_with_the_operators_own_activations_is_the_engines_fastest_cell()
    {
        foreach (OnnxRecurrentOperator kind in Enum.GetValues<OnnxRecurrentOperator>())
        {
            var plain = new OnnxRecurrentSettings { Operator = kind, HiddenSize = H, Direction = Direction.Bidirectional, LinearBeforeReset = kind == OnnxRecurrentOperator.Gru };
            int rows = 2 * plain.Gates * H;
            using var spelt = new OnnxRecurrentNode(plain with { Activations = [.. plain.ActivationsOf(0), .. plain.ActivationsOf(1)] }, I, Noise(rows * I, 1), Noise(rows * H, 2));
            using var native = new Recurrent(new RecurrentOptions
            {
                Cell = kind switch { OnnxRecurrentOperator.Lstm => CellKind.Lstm, OnnxRecurrentOperator.Gru => CellKind.Gru, _ => CellKind.Rnn },
                InputSize = I,
                HiddenSizes = [H],
                Bidirectional = true,
            });
            Assert.All(spelt.Recurrent.Stack.Layers, layer => Assert.Same(native.Stack.Layers[0].GetType(), layer.GetType()));
        }
    }

    [Fact]
    public void An_imported_layer_is_the_engines_own_and_allocates_nothing()
    {
        using ImportedModel model = OnnxFile.Read("keras", Keras().ToBytes()).Import();
        RecurrentStage stage = model.Stages.OfType<RecurrentStage>().Single();
        using var native = new Recurrent(new RecurrentOptions { InputSize = I, HiddenSizes = [H] });
        Assert.Same(native.Stack.Layers[0].GetType(), stage.Recurrent.Stack.Layers[0].GetType());

        float[] x = Noise(3 * 2 * I, 1), y = new float[3 * 2 * model.OutputSize], step = new float[model.OutputSize];
        using ImportedRun run = model.Plan(3, 2);
        using ImportedSession session = model.CreateSession();
        Assert.Equal(0, Allocations.Of(() => run.Run(3, 2, [], x, y)));
        Assert.Equal(0, Allocations.Of(() => session.Step(x.AsSpan(0, I), step)));
    }

    internal static GraphText Keras()
    {
        GraphText graph = new GraphText().Input("x", "N", "T", I).Node("Transpose", "x", "xt", ("perm", new long[] { 1, 0, 2 }));
        return Head(Lstm(graph, "xt", "y4").Constant("ax", [1L], 1).Node("Squeeze", "y4 ax", "q").Node("Transpose", "q", "qt", ("perm", new long[] { 1, 0, 2 })), "qt", end: "Softmax");
    }

    internal static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static GraphText Start(string batch) => new GraphText().Input("x", "T", batch, I);

    private static GraphText Lstm(GraphText graph, string x, string outputs, string direction = "forward", string initial = "_ _")
    {
        int n = graph.Graph.Constants.Count;
        return graph.Constant($"W{n}", Noise(4 * H * I, n), 1, 4 * H, I).Constant($"R{n}", Noise(4 * H * H, n + 1), 1, 4 * H, H).Constant($"B{n}", Noise(8 * H, n + 2), 1, 8 * H)
            .Node("LSTM", $"{x} W{n} R{n} B{n} _ {initial}", outputs, ("hidden_size", H), ("direction", direction));
    }

    private static GraphText Head(GraphText graph, string x, int size = H, string? end = null)
    {
        graph.Constant("hw", Noise(size * 3, 20), size, 3).Constant("hb", Noise(3, 21), 3).Node("MatMul", $"{x} hw", "hm").Node("Add", "hm hb", end is null ? "y" : "hy");
        if (end is not null) graph.Node(end, "hy", "y", ("axis", -1));
        graph.Graph.Outputs.Add(new SpanRnn.Interchange.Onnx.Wire.ValueMessage { Name = "y", Type = new() { Tensor = new() { Element = 1 } } });
        return graph;
    }
}
