using System.Globalization;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>PyTorch's automatic derivative of the same encoder-decoder, written in its own modules, gives our loss and gradients.</summary>
public sealed class AttentionAgainstTorch
{
    private const string Script =
        """
        import sys, json, torch
        from torch import nn
        torch.set_default_dtype(torch.float64)
        for line in open(sys.argv[1]):
            p = json.loads(line)
            w = {k: torch.tensor(v["v"]).reshape(v["s"]).requires_grad_() for k, v in p["w"].items()}
            src, inp, tgt, kind = torch.tensor(p["src"]), torch.tensor(p["in"]), torch.tensor(p["tgt"]), p["kind"]
            def stack(prefix, cls):
                ih = w[prefix + "weight_ih_l0"]
                net = cls(ih.shape[1], w[prefix + "weight_hh_l0"].shape[1])
                for n, _ in list(net.named_parameters()):
                    delattr(net, n); setattr(net, n, w[prefix + n])
                return net
            enc, dec = stack("encoder.", nn.GRU), stack("decoder.", nn.GRU)
            run = lambda net, x, h: torch._VF.gru(x, h, [net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, net.bias_hh_l0], True, 1, 0.0, False, False, False)
            y, hn = run(enc, nn.functional.embedding(src, w["source_embedding.weight"]), torch.zeros(1, src.shape[1], enc.hidden_size))
            h, _ = run(dec, nn.functional.embedding(inp, w["target_embedding.weight"]), hn)
            keys, q = y.transpose(0, 1), h.transpose(0, 1)
            if kind == "dot": e = q @ keys.transpose(1, 2)
            elif kind == "general": e = q @ (keys @ w["attention.key.weight"].T).transpose(1, 2)
            else:
                t = torch.tanh((q @ w["attention.query.weight"].T).unsqueeze(2) + (keys @ w["attention.key.weight"].T).unsqueeze(1))
                e = (t @ w["attention.score.weight"].T).squeeze(-1)
            c = torch.softmax(e, -1) @ keys
            a = torch.tanh(torch.cat([c, q], -1) @ w["attention.combine.weight"].T)
            logits = (a @ w["fc.weight"].T + w["fc.bias"]).transpose(0, 1).reshape(tgt.numel(), -1)
            loss = nn.functional.cross_entropy(logits, tgt.reshape(-1))
            loss.backward()
            print(json.dumps({"loss": [loss.item()], **{k: v.grad.reshape(-1).tolist() for k, v in w.items()}}))
        """;

    [TorchFact]
    public void Loss_and_every_gradient()
    {
        using var folder = new TemporaryFolder();
        string[] kinds = ["dot", "general", "additive"];
        WritingCase[] cases = [.. kinds.Select(kind => new WritingCase(
            kind,
            new(new(TwinCell.Gru, 5, [18]), new(TwinCell.Gru, 5, [18]), 7)
            {
                SourceVocabulary = 6,
                TargetVocabulary = 7,
                Bridge = "direct",
                Attention = kind,
                AttentionUnits = kind == "additive" ? 9 : 0,
            },
            6, 5, 3, 40))];
        File.WriteAllLines(folder.Path("cases"), cases.Select(Text));
        (string output, string error) = Python.Run(Script, folder.Path("cases"));
        Assert.Equal("", error);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Length, lines.Length);
        for (int i = 0; i < cases.Length; i++)
        {
            Dictionary<string, double[]> expected = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, double[]>>(lines[i])!;
            using EncoderDecoder model = cases[i].Load();
            using EncoderDecoderTrainer trainer = cases[i].Trainer(model);
            Assert.Equal(expected["loss"][0], cases[i].Step(trainer), 1e-6);
            foreach ((string tensor, float[] gradient) in Arenas.Read(trainer.Gradients))
            {
                Closeness.Relative($"{kinds[i]}: {tensor}", expected[tensor], gradient, 1e-5);
            }
        }
    }

    private static string Text(WritingCase c)
    {
        using var model = new EncoderDecoder(c.Options);
        Dictionary<string, double[]> weights = Arenas.Draw(model.Weights.Layout, c.Seed);
        IEnumerable<string> tensors = model.Weights.Layout.Tensors.Select(tensor =>
            $"\"{tensor.Name}\": {{\"s\": {(tensor.IsVector ? $"[{tensor.Columns}]" : $"[{tensor.Rows}, {tensor.Columns}]")}, \"v\": {List(weights[tensor.Name])}}}");
        return $"{{\"kind\": \"{c.Name}\", \"src\": {Rows(c.SourceTokens)}, \"in\": {Rows(c.Sequences.ReadTokens)}, \"tgt\": {Rows(c.Targets)}, "
            + $"\"w\": {{{string.Join(", ", tensors)}}}}}";

        string Rows(int[] tokens) => $"[{string.Join(", ", tokens.Chunk(c.Rows).Select(row => $"[{string.Join(", ", row)}]"))}]";

        static string List(double[] values) => $"[{string.Join(", ", values.Select(v => v.ToString("r", CultureInfo.InvariantCulture)))}]";
    }
}
