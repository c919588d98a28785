using SpanRnn.Interchange.Keras;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Layers that behave as Keras's, against its recorded cases and against definitions.</summary>
public sealed class KerasLayerTests
{
    [DataFact("goldens/keras_rnn_goldens.json")]
    public void Every_recorded_case_of_keras_gives_its_numbers()
    {
        KerasGoldens[] all = [.. KerasGoldens.All()];
        Assert.NotEmpty(all);
        foreach (KerasGoldens golden in all)
        {
            float[] expected = golden.Expected, found = golden.Run();
            Assert.True(expected.Length == found.Length, $"{golden.Name}: expected {expected.Length} numbers, found {found.Length}.");
            for (int i = 0; i < expected.Length; i++)
            {
                // Keras's own tolerance.
                bool isClose = Math.Abs(expected[i] - found[i]) <= 1e-5 + 1e-5 * Math.Abs(expected[i]);
                Assert.True(isClose, $"{golden.Name}[{i}]: expected {expected[i]:g9}, found {found[i]:g9}.");
            }
        }
    }

    [Theory]
    [InlineData(KerasKind.SimpleRnn)]
    [InlineData(KerasKind.Lstm)]
    [InlineData(KerasKind.Gru)]
    public void Drawn_weights_in_keras_layout_give_the_twins_output(KerasKind kind)
    {
        const int batch = 2, steps = 5, inputs = 3, units = 4;
        TwinCell cell = kind switch { KerasKind.SimpleRnn => TwinCell.ElmanTanh, KerasKind.Lstm => TwinCell.Lstm, _ => TwinCell.Gru };
        var stack = new TwinRecurrent(cell, inputs, [units]) { Bias = kind == KerasKind.Gru ? TwinBias.Double : TwinBias.Single };
        Dictionary<string, double[]> weights = TwinRandom.Weights(7, stack.Shapes());
        double[] x = TwinRandom.Values(8, batch * steps * inputs);
        double[] expected = stack.Run(weights, new TwinBatch(steps, batch, TimeMajor(x, batch, steps, inputs))).Output;

        using var layer = new KerasLayer(new() { Kind = kind, InputSize = inputs, Units = units, ReturnSequences = true });
        float[] bias = KerasArrays.Bias(weights["bias_ih_l0"], cell);
        layer.SetWeights(
            0, KerasArrays.Kernel(weights["weight_ih_l0"], inputs, cell), KerasArrays.Kernel(weights["weight_hh_l0"], units, cell),
            kind == KerasKind.Gru ? [.. bias, .. KerasArrays.Bias(weights["bias_hh_l0"], cell)] : bias);
        KerasOutput output = layer.Call(batch, steps, EngineRun.Floats(x));
        Closeness.Absolute($"{kind}", TimeMajor(expected, steps, batch, units), output.Output, 1e-6);
    }

    [Fact]
    public void A_mask_leaves_steps_out_whatever_its_pattern()
    {
        float[] x = Numbers.Of(1, 6), kept = [x[1], x[3], x[4]];
        bool[] mask = [false, true, false, true, true, false];
        KerasOutput masked = Call(Sequences, x, mask), alone = Call(Sequences, kept, []);
        float[] y = alone.Output;
        Assert.Equal([0, 0, y[0], y[1], y[0], y[1], y[2], y[3], y[4], y[5], y[4], y[5]], masked.Output);
        Bits.Equal("state", alone.States[0], masked.States[0]);
        Assert.Equal([0, 0, y[0], y[1], 0, 0, y[2], y[3], y[4], y[5], 0, 0], Call(Sequences with { ZeroOutputForMask = true }, x, mask).Output);
        Bits.Equal("last", y.AsSpan(4), Call(Sequences with { ReturnSequences = false }, x, mask).Output);
    }

    [Fact]
    public void Going_backwards_is_running_over_reversed_time()
    {
        float[] x = Numbers.Of(2, 5), reversed = [.. x.Reverse()];
        bool[] mask = [true, true, false, true, false];
        Bits.Equal("whole", Call(Sequences, reversed, []).Output, Call(Sequences with { GoBackwards = true }, x, []).Output);
        Bits.Equal(
            "masked", Call(Sequences, reversed, [.. mask.Reverse()]).Output, Call(Sequences with { GoBackwards = true }, x, mask).Output);
    }

    [Theory]
    [InlineData(MergeMode.Concat)]
    [InlineData(MergeMode.Sum)]
    [InlineData(MergeMode.Multiply)]
    [InlineData(MergeMode.Average)]
    public void Two_directions_are_merged_at_the_time_of_their_input(MergeMode mode)
    {
        float[] x = Numbers.Of(3, 4);
        float[] forward = Call(Sequences, x, []).Output, backward = Call(Sequences with { GoBackwards = true }, x, []).Output;
        KerasOutput both = Call(Sequences with { Bidirectional = true, Merge = null }, x, []);
        Bits.Equal("forward", forward, both.Output);
        float[] turned = [.. backward.Chunk(2).Reverse().SelectMany(row => row)];
        Bits.Equal("backward", turned, both.BackwardOutput);
        float[] expected = mode switch
        {
            MergeMode.Concat => [.. forward.Chunk(2).Zip(turned.Chunk(2)).SelectMany(pair => pair.First.Concat(pair.Second))],
            MergeMode.Sum => [.. forward.Zip(turned, (f, b) => f + b)],
            MergeMode.Multiply => [.. forward.Zip(turned, (f, b) => f * b)],
            _ => [.. forward.Zip(turned, (f, b) => (f + b) * 0.5f)],
        };
        Bits.Equal($"{mode}", expected, Call(Sequences with { Bidirectional = true, Merge = mode }, x, []).Output);
    }

    [Fact]
    public void A_stateful_layer_goes_on_where_it_ended_until_it_is_reset()
    {
        float[] x = Numbers.Of(4, 6);
        using var layer = Layer(Sequences with { Stateful = true });
        float[] whole = Call(Sequences, x, []).Output;
        float[] first = layer.Call(1, 3, x.AsSpan(0, 3)).Output, second = layer.Call(1, 3, x.AsSpan(3)).Output;
        Bits.Equal("in two calls", whole, [.. first, .. second]);
        Assert.Throws<ArgumentException>(() => layer.Call(2, 3, x));
        layer.ResetStates();
        Bits.Equal("after a reset", first, layer.Call(1, 3, x.AsSpan(0, 3)).Output);
    }

    [Fact]
    public void Another_activation_is_that_of_the_gates_or_of_the_candidate()
    {
        var options = Sequences with { Kind = KerasKind.SimpleRnn, Activation = "linear" };
        using var layer = new KerasLayer(options);
        layer.Initialize(2f, 0.5f, 1f);
        Assert.Equal([3f, 3f, 10f, 10f], layer.Call(1, 2, [1f, 3f]).Output); // 2 x 3 + 0.5 (3 + 3) + 1
        Assert.Contains("'gelu'", Assert.Throws<ArgumentException>(() => new KerasLayer(options with { Activation = "gelu" })).Message, StringComparison.Ordinal);
    }

    private static KerasLayerOptions Sequences => new() { Kind = KerasKind.Gru, InputSize = 1, Units = 2, ReturnSequences = true };

    private static KerasLayer Layer(KerasLayerOptions options)
    {
        var layer = new KerasLayer(options);
        for (int d = 0; d < options.Directions; d++)
        {
            layer.SetWeights(d, Numbers.Of(5, 6), Numbers.Of(6, 12), Numbers.Of(7, 12));
        }

        return layer;
    }

    private static KerasOutput Call(KerasLayerOptions options, float[] x, bool[] mask)
    {
        using KerasLayer layer = Layer(options);
        return layer.Call(1, x.Length, x, mask);
    }

    /// <summary>From [A, B, size] to [B, A, size].</summary>
    private static double[] TimeMajor(double[] x, int a, int b, int size) =>
        [.. Enumerable.Range(0, a * b).SelectMany(row => x[((row % a * b + row / a) * size)..((row % a * b + row / a + 1) * size)])];
}
