using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>PyTorch itself takes our files for state dicts, strictly, and computes the same logits with them.</summary>
public sealed class TorchLoadsOurFiles
{
    private const string Script =
        """
        import json, struct, sys, torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self, m):
                super().__init__()
                hidden = [int(n) for n in m["spanrnn.hidden_sizes"].split(",")]
                size, projection = int(m["spanrnn.input_size"]), int(m["spanrnn.projection_size"])
                kind = {"rnn": "RNN", "rnn_relu": "RNN", "lstm": "LSTM", "gru": "GRU"}[m["spanrnn.cell"]]
                more = {"nonlinearity": "relu"} if m["spanrnn.cell"] == "rnn_relu" else {"proj_size": projection} if projection else {}
                both = m["spanrnn.bidirectional"] == "true"
                self.embedding = nn.Embedding(int(m["spanrnn.vocabulary_size"]), size)
                self.rnn = getattr(nn, kind)(size, hidden[0], len(hidden), bias=m["spanrnn.bias"] != "none", bidirectional=both, **more)
                self.fc = nn.Linear((projection or hidden[0]) * (2 if both else 1), int(m["spanrnn.outputs"]))

            def forward(self, x):
                return self.fc(self.rnn(self.embedding(x))[0])

        for path in sys.argv[1:]:
            data = open(path, "rb").read()
            end = 8 + struct.unpack("<Q", data[:8])[0]
            header = json.loads(data[8:end])
            net = Net(header.pop("__metadata__"))
            state = {}
            for name, info in header.items():
                a, b = info["data_offsets"]
                kind = {"F32": torch.float32, "BF16": torch.bfloat16}[info["dtype"]]
                state[name] = torch.frombuffer(bytearray(data[end + a:end + b]), dtype=kind).reshape(info["shape"])
            net.load_state_dict(state, strict=True)
            with torch.no_grad():
                print(*["%.9g" % v for v in net.double()(torch.tensor([[0], [4], [2], [2]])).flatten().tolist()])
        """;

    [TorchTheory]
    [InlineData(WeightFormat.Float32)]
    [InlineData(WeightFormat.BFloat16)]
    public void Strictly_and_with_the_same_logits(WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        var models = new List<SequenceModel>();
        RecurrentOptions two = new() { InputSize = 3, HiddenSizes = [6, 6] };
        foreach (RecurrentOptions options in new RecurrentOptions[]
        {
            two with { Cell = CellKind.Rnn }, two with { Cell = CellKind.RnnRelu, Bias = BiasKind.Double }, two,
            two with { ProjectionSize = 2, Bidirectional = true }, two with { Cell = CellKind.Gru },
            two with { Cell = CellKind.Gru, Bias = BiasKind.Double, Bidirectional = true }, two with { Cell = CellKind.Gru, Bias = BiasKind.None },
        })
        {
            var model = new SequenceModel(new() { Vocabulary = 5, Recurrent = options, Outputs = 4 });
            model.Initialize((ulong)models.Count);
            string path = folder.Path($"{models.Count}");
            ModelFile.Save(path, model, weights: format);
            models.Add(ModelFile.Load(path).Model);
            model.Dispose();
        }

        (string output, string error) = Python.Run(Script, [.. models.Select((_, i) => folder.Path($"{i}"))]);
        Assert.Equal("", error);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(models.Count, lines.Length);
        for (int i = 0; i < models.Count; i++)
        {
            double[] expected = [.. lines[i].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Closeness.Absolute($"model {i}", expected, ModelRun.Logits(models[i], [0, 4, 2, 2]), 2e-6);
            models[i].Dispose();
        }
    }
}
