using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class ForeignFileTests
{
    [DataTheory("torch/state_dict_lstm.safetensors", "torch/state_dict_gru.safetensors")]
    [InlineData("lstm", CellKind.Lstm)]
    [InlineData("gru", CellKind.Gru)]
    public void A_state_dict_of_PyTorch_gives_PyTorchs_logits(string name, CellKind cell)
    {
        string path = DataFolder.Path("torch", $"state_dict_{name}.safetensors");
        using LoadedModel loaded = ModelFile.Load(path);
        Assert.True(loaded.IsForeign);
        Assert.Equal(cell, loaded.Model.Options.Recurrent.Cell);
        Assert.Equal(["x", "logits"], loaded.IgnoredTensors);
        Assert.Equal(BiasKind.Double, loaded.Model.Options.Recurrent.Bias);

        using SafetensorsReader reader = SafetensorsReader.Open(path);
        TensorInfo shape = reader.Find("logits");
        (int batch, int steps, int outputs) = ((int)shape.Shape[0], (int)shape.Shape[1], (int)shape.Shape[2]);
        long[] x = reader.Int64s("x");
        double[] expected = reader.Doubles("logits");
        using SequenceSession session = loaded.Model.CreateSession();
        float[] found = new float[expected.Length];
        for (int row = 0; row < batch * steps; row++)
        {
            if (row % steps == 0)
            {
                session.Reset();
            }

            session.Step((int)x[row], found.AsSpan(row * outputs, outputs));
        }

        Closeness.Absolute("logits", expected, found, 2e-6);
    }

    [DataTheory("torch/rnn_relu.safetensors", "torch/lstm_proj.safetensors", "torch/gru_bi.safetensors")]
    [InlineData("rnn_relu", CellKind.RnnRelu)]
    [InlineData("lstm_proj", CellKind.Lstm)]
    [InlineData("gru_bi", CellKind.Gru)]
    public void A_bare_stack_of_PyTorch_loads(string name, CellKind cell)
    {
        using LoadedRecurrent loaded = RecurrentFile.Load(DataFolder.Path("torch", $"{name}.safetensors"), cell: cell);
        Assert.True(loaded.IsForeign);
        Assert.Equal(name != "rnn_relu", loaded.Recurrent.Options.Bidirectional);
        Assert.Contains("output", loaded.IgnoredTensors);
    }

    [Theory]
    [InlineData("", "has no tensor 'fc.weight', and no metadata of ours")]
    [InlineData("fc.weight:2,4", "has no tensor 'rnn.weight_hh_l0'")]
    [InlineData("fc.weight:2,4 rnn.weight_hh_l0:8,4 rnn.weight_ih_l0:8,3", "rnn.weight_hh_l0: 8 rows for 4 units, expected 1 (RNN), 3 (GRU) or 4 (LSTM)")]
    [InlineData("fc.weight:2,4 rnn.weight_hh_l0:12", "rnn.weight_hh_l0: expected 2 dimensions, found [12].")]
    [InlineData("fc.weight:2,4 rnn.weight_hh_l0:0,0 rnn.weight_ih_l0:0,0", "rnn.weight_hh_l0: expected a size from 1 to 2147483647, found 0.")]
    [InlineData("fc.weight:2,4 fc.bias:2 rnn.weight_hh_l0:12,4 rnn.weight_ih_l0:16,3", "rnn.weight_ih_l0: expected [12, 3], found [16, 3]: that is an LSTM's.")]
    [InlineData("fc.weight:2,8 fc.bias:2 rnn.weight_hh_l0:12,4 rnn.weight_ih_l0:12,3", "fc.weight: expected [2, 4], found [2, 8]: that reads a bidirectional layer.")]
    [InlineData("fc.weight:2,4 fc.bias:2 rnn.weight_hh_l0:12,4 rnn.weight_ih_l0:12,3 rnn.bias_hh_l0:12", "tensor 'rnn.bias_hh_l0' has no place")]
    [InlineData("fc.weight:2,4 fc.bias:2 rnn.weight_hh_l0:12,4 module.rnn.weight_hh_l0:12,4", "has the same name as another")]
    [InlineData("weight_ih_l0:12,3 weight_hh_l0:12,4", "it holds a bare recurrent stack, use RecurrentFile.Load")]
    public void What_is_no_model_is_refused_with_the_reason(string tensors, string message)
    {
        using var folder = new TemporaryFolder();
        var writer = new SafetensorsWriter();
        foreach (string[] tensor in tensors.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tensor => tensor.Split(':')))
        {
            long[] shape = [.. tensor[1].Split(',').Select(long.Parse)];
            writer.Add(tensor[0], shape, SafetensorsType.F32, sink => sink.Write(new float[sink.Info.ElementCount]));
        }

        writer.Save(folder.Path("m"));
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Path("m"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        using var folder = new TemporaryFolder();
        var writer = new SafetensorsWriter();
        writer.Add("weight_ih_l0", [4, 1], SafetensorsType.I64, sink => sink.Write(new long[4]));
        writer.Add("weight_hh_l0", [4, 1], SafetensorsType.F64, sink => sink.Write([1, 2, 3, 1e300]));
        writer.Save(folder.Path("m"));
        ModelFileException error = Assert.Throws<ModelFileException>(() => RecurrentFile.Load(folder.Path("m")));
        Assert.Equal("weight_ih_l0: expected F32, F64, F16 or BF16, found I64.", error.Reason);
    }
}
