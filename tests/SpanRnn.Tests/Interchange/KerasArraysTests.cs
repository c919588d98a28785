using System.IO.Compression;
using System.Runtime.InteropServices;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Formats;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Keras's arrays under Keras's names, in .npz and safetensors, against the float64 twin.</summary>
public sealed class KerasArraysTests
{
    private const int Steps = 7, Batch = 2, Inputs = 3;

    [Theory]
    [InlineData("npz")]
    [InlineData("deflated")]
    [InlineData("safetensors")]
    public void Layers_of_every_kind_are_what_their_network_computes(string container)
    {
        var lstm = new TwinRecurrent(TwinCell.Lstm, Inputs, [5]) { Bidirectional = true, Bias = TwinBias.Single };
        var gru = new TwinRecurrent(TwinCell.Gru, 10, [4]);
        var rnn = new TwinRecurrent(TwinCell.ElmanTanh, 4, [6]) { Bias = TwinBias.None };
        Dictionary<string, double[]> w1 = TwinRandom.Weights(1, lstm.Shapes()), w2 = TwinRandom.Weights(2, gru.Shapes()), w3 = TwinRandom.Weights(3, rnn.Shapes());
        double[] head = TwinRandom.Values(4, 2 * 6), headBias = TwinRandom.Values(5, 2), x = TwinRandom.Values(6, Steps * Batch * Inputs);
        List<(string, float[], int[])> arrays =
        [
            .. Layer("bidirectional/forward_lstm/lstm_cell", lstm, w1, "_l0"),
            .. Layer("bidirectional/backward_lstm/lstm_cell", lstm, w1, "_l0_reverse"),
            .. Layer("gru/gru_cell", gru, w2, "_l0"),
            .. Layer("simple_rnn/simple_rnn_cell", rnn, w3, "_l0"),
            ("dense/kernel:0", Transposed(head, 2, 6), [6, 2]),
            ("dense/bias:0", EngineRun.Floats(headBias), [2]),
            ("optimizer/iteration:0", [1], [1]),
        ];
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("m"), Bytes(container, arrays));

        double[] first = lstm.Run(w1, new TwinBatch(Steps, Batch, x)).Output;
        double[] last = rnn.Run(w3, new TwinBatch(Steps, Batch, gru.Run(w2, new TwinBatch(Steps, Batch, first)).Output)).Output;
        double[] expected = TwinDense.Apply(head, headBias, last, Steps * Batch, 6, 2);
        using ImportedModel model = ImportedModel.Open(folder.Path("m"));
        Closeness.Absolute(container, expected, Run(model, x), 1e-5);
        Assert.Equal(["optimizer/iteration:0"], model.Summary.Ignored);
        Assert.Contains(new Convention("reset", "after the product"), model.Summary.Layers[1].Conventions);

        using ImportedModel onlyLast = ImportedModel.Open(folder.Path("m"), new ImportOptions { Head = HeadInput.LastStep });
        Closeness.Absolute($"{container}, the last output", expected[^(Batch * 2)..], Run(onlyLast, x), 1e-5);
    }

    [Theory]
    [InlineData(false, null, CellKind.GruResetBefore)]
    [InlineData(true, null, CellKind.Gru)]
    [InlineData(null, null, CellKind.Gru)]
    [InlineData(null, false, CellKind.GruResetBefore)]
    public void A_grus_bias_tells_where_it_resets(bool? twoBiases, bool? asked, CellKind expected)
    {
        List<(string, float[], int[])> arrays = [("kernel", Numbers.Of(1, 2 * 9), [2, 9]), ("recurrent_kernel", Numbers.Of(2, 3 * 9), [3, 9])];
        if (twoBiases is { } two)
        {
            arrays.Add(("bias", Numbers.Of(3, two ? 18 : 9), two ? [2, 9] : [9]));
        }

        using ImportedModel model = Open(arrays, new ImportOptions { ResetAfter = asked });
        Assert.Equal(expected, ((SpanRnn.Interchange.Stages.RecurrentStage)model.Stages[0]).Recurrent.Options.Cell);
        Assert.Equal(twoBiases is null && asked is null, model.Summary.Warnings.Any(warning => warning.StartsWith("A GRU without bias", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sorted_names_are_put_in_the_order_that_fits_or_the_callers()
    {
        List<(string, float[], int[])> arrays = [("dense/kernel", new float[8], [4, 2]), ("embedding/embeddings", new float[30], [10, 3])];
        foreach ((string name, int inputs, int units) in new[] { ("lstm_10", 2, 4), ("lstm_2", 3, 2) })
        {
            arrays.Add(($"{name}/kernel", new float[inputs * 4 * units], [inputs, 4 * units]));
            arrays.Add(($"{name}/recurrent_kernel", new float[units * 4 * units], [units, 4 * units]));
        }

        using ImportedModel model = Open(arrays, new ImportOptions());
        Assert.True(model.TakesTokens);
        Assert.Equal([10, 3, 2, 4], model.Stages.Select(stage => stage.InputSize));
        using ImportedModel asked = Open(arrays, new ImportOptions { LayerOrder = ["embedding", "lstm_2", "lstm_10", "dense"] });
        Assert.Equal([10, 3, 2, 4], asked.Stages.Select(stage => stage.InputSize));
        Assert.Throws<ModelFileException>(() => Open(arrays, new ImportOptions { LayerOrder = ["dense", "lstm_2", "lstm_10", "embedding"] }));
        Assert.Throws<ModelFileException>(() => Open(arrays, new ImportOptions { LayerOrder = ["lstm_2"] }));
    }

    [Fact]
    public void Wrong_shapes_nan_and_missing_halves_are_refused_with_their_reason()
    {
        (string, float[], int[]) kernel = ("kernel", Numbers.Of(1, 24), [2, 12]), recurrent = ("recurrent_kernel", Numbers.Of(2, 36), [3, 12]);
        Refused("expected [2, 12], found [2, 9]: three gates: a GRU's", ("kernel", new float[18], [2, 9]), recurrent);
        Refused("'bias': expected [12], found [11]", kernel, recurrent, ("bias", new float[11], [11]));
        Refused("element 3 is NaN", ("kernel", [1, 1, 1, float.NaN, .. new float[20]], [2, 12]), recurrent);
        Refused("without its backward layer", ("b/forward_lstm/kernel", kernel.Item2, [2, 12]), ("b/forward_lstm/recurrent_kernel", recurrent.Item2, [3, 12]));
        Refused("has no kernel", recurrent);
        Refused("a convolution", kernel, recurrent, ("conv1d/kernel", new float[8], [2, 2, 2]));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("m.h5"), [0x89, .. "HDF\r\n"u8, 26, 10, 0]);
        Assert.Contains("numpy.savez", Assert.Throws<ModelFileException>(() => ImportedModel.Open(folder.Path("m.h5"))).Message, StringComparison.Ordinal);
    }

    internal static byte[] Bytes(string container, List<(string Name, float[] Values, int[] Shape)> arrays)
    {
        if (container != "safetensors")
        {
            CompressionLevel level = container == "npz" ? CompressionLevel.NoCompression : CompressionLevel.Optimal;
            return NumpyFileTests.Npz(level, [.. arrays.Select(array => ($"{array.Name}.npy", NpyFile.Bytes(array.Values, [.. array.Shape.Select(n => (long)n)])))]);
        }

        int at = 0;
        IEnumerable<string> header = arrays.Select(array =>
        {
            int start = at;
            at += array.Values.Length * sizeof(float);
            return $"\"{array.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(",", array.Shape)}],\"data_offsets\":[{start},{at}]}}";
        });
        return Safetensors.Bytes($"{{{string.Join(",", header)}}}", [.. arrays.SelectMany(array => MemoryMarshal.AsBytes<float>(array.Values).ToArray())]);
    }

    private static void Refused(string reason, params (string, float[], int[])[] arrays) =>
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Open([.. arrays], new ImportOptions())).Message, StringComparison.Ordinal);

    private static ImportedModel Open(List<(string, float[], int[])> arrays, ImportOptions options)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("m"), Bytes("safetensors", arrays));
        return ImportedModel.Open(folder.Path("m"), options);
    }

    private static IEnumerable<(string, float[], int[])> Layer(string prefix, TwinRecurrent stack, Dictionary<string, double[]> weights, string suffix)
    {
        int columns = stack.Gates * stack.Hidden[0];
        yield return ($"{prefix}/kernel:0", KerasArrays.Kernel(weights["weight_ih" + suffix], stack.Inputs, stack.Cell), [stack.Inputs, columns]);
        yield return ($"{prefix}/recurrent_kernel:0", KerasArrays.Kernel(weights["weight_hh" + suffix], stack.Hidden[0], stack.Cell), [stack.Hidden[0], columns]);
        if (stack.Bias != TwinBias.None)
        {
            float[] bias = KerasArrays.Bias(weights["bias_ih" + suffix], stack.Cell);
            bool hasTwo = stack.Bias == TwinBias.Double;
            yield return ($"{prefix}/bias:0", hasTwo ? [.. bias, .. KerasArrays.Bias(weights["bias_hh" + suffix], stack.Cell)] : bias, hasTwo ? [2, columns] : [columns]);
        }
    }

    private static float[] Transposed(double[] rows, int count, int columns) =>
        [.. Enumerable.Range(0, rows.Length).Select(i => (float)rows[i % count * columns + i / count])];

    private static float[] Run(ImportedModel model, double[] x)
    {
        float[] y = new float[(model.GivesEveryStep ? Steps : 1) * Batch * model.OutputSize];
        using ImportedRun run = model.Plan(Steps, Batch);
        run.Run(Steps, Batch, [], EngineRun.Floats(x), y);
        return y;
    }
}
