using System.Runtime.InteropServices;
using SpanRnn.Interchange;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Models that PyTorch's own exporter wrote give what PyTorch gives, at other sizes than they were exported with.</summary>
public sealed class TorchExports
{
    private const string Script = """
        import sys, io, contextlib, warnings
        warnings.filterwarnings('ignore')
        import torch, numpy as np
        import torch.nn as nn
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
        folder = sys.argv[1]

        class Net(nn.Module):
            def __init__(self, kind, layers=1, bi=False, first=False, tokens=False, take='', end='', **more):
                super().__init__()
                self.embedding = nn.Embedding(11, 5) if tokens else None
                self.rnn = getattr(nn, kind)(5, 6, num_layers=layers, bidirectional=bi, batch_first=first, **more)
                self.head = nn.Linear(12 if bi else 6, 3)
                self.first, self.take, self.end, self.layers, self.ways = first, take, end, layers, 2 if bi else 1

            def forward(self, x, lengths=None):
                if self.embedding is not None: x = self.embedding(x)
                if lengths is not None: x = pack_padded_sequence(x, lengths)
                y, h = self.rnn(x)
                if lengths is not None: y = pad_packed_sequence(y)[0]
                if isinstance(h, tuple): h = h[0]
                if self.take == 'last': y = y[:, -1, :] if self.first else y[-1]
                if self.take == 'state': y = h[-1]
                if self.take == 'states': y = torch.cat((h[-2], h[-1]), dim=-1)
                if self.take == 'view':
                    h = h.view(self.layers, self.ways, -1, 6)[-1]
                    y = torch.cat((h[0], h[1]), dim=1)
                if self.take == 'ends': y = torch.cat((y[-1, :, :6], y[0, :, 6:]), dim=1)
                y = self.head(y)
                return {'': lambda v: v, 'softmax': lambda v: torch.softmax(v, -1), 'log': lambda v: torch.log_softmax(v, -1),
                        'tanh': torch.tanh, 'relu': torch.relu, 'sigmoid': torch.sigmoid}[self.end](y)

        cases = [
            (14, dict(kind='LSTM')),
            (9, dict(kind='LSTM', first=True, take='last', end='softmax')),
            (14, dict(kind='GRU', layers=2, bi=True, first=True, tokens=True, take='last', end='log')),
            (11, dict(kind='RNN', take='state', end='tanh')),
            (13, dict(kind='LSTM', layers=2, bi=True, first=True, take='states')),
            (14, dict(kind='GRU', layers=2, tokens=True)),
            (12, dict(kind='RNN', layers=2, bi=True, nonlinearity='relu', end='relu')),
            (14, dict(kind='LSTM', layers=2, bias=False, dropout=0.5, first=True, end='sigmoid')),
            (14, dict(kind='LSTM', layers=2, bi=True, take='view')),
            (14, dict(kind='GRU', bi=True, take='ends')),
            (16, dict(kind='GRU', layers=3, take='state')),
            (14, dict(kind='GRU', bi=True, lengths=True)),
            (14, dict(kind='LSTM', lengths=True, take='state')),
        ]
        for i, (opset, case) in enumerate(cases):
            torch.manual_seed(i)
            packed = case.pop('lengths', False)
            net = Net(**case).eval()
            def data(T, B):
                return torch.randint(0, 11, (T, B)) if case.get('tokens') else torch.randn(T, B, 5)
            first = case.get('first', False)
            for fixed in (False, True):
                T, B = 4, 2
                x = data(T, B)
                axes = None if fixed and not packed else {'x': {0: 'a', 1: 'b'}, 'lengths': {0: 'b'}} if packed else {'x': {0: 'a', 1: 'b'}}
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    x = x.transpose(0, 1).contiguous() if first else x
                    torch.onnx.export(net, (x, torch.tensor([4, 2])) if packed else x, f'{folder}/{i}{fixed}.onnx',
                                      input_names=['x', 'lengths'] if packed else ['x'], output_names=['y'], dynamic_axes=axes, opset_version=opset)
                T, B = (6, 3)
                x = data(T, B)
                with torch.no_grad():
                    y = net(x, torch.tensor([6, 4, 1])) if packed else net(x.transpose(0, 1).contiguous() if first else x)
                if packed:
                    np.array([6, 4, 1], dtype=np.int32).tofile(f'{folder}/{i}{fixed}.lengths')
                    if y.dim() == 3: y[4:, 1] = 0; y[1:, 2] = 0
                if first and y.dim() == 3: y = y.transpose(0, 1)
                x.float().numpy().tofile(f'{folder}/{i}{fixed}.x')
                y.contiguous().numpy().tofile(f'{folder}/{i}{fixed}.y')
                print(i, opset, fixed, case)
        """;

    [TorchFact]
    public void They_give_what_pytorch_gives()
    {
        const int steps = 6, batch = 3;
        using var folder = new TemporaryFolder();
        (string output, string error) = Python.Run(Script, folder.FullName);
        Assert.Equal("", error);
        string[] models = [.. Directory.GetFiles(folder.FullName, "*.onnx").Order()];
        Assert.Equal(26, models.Length);
        foreach (string path in models)
        {
            string name = $"{Path.GetFileName(path)} of {output}";
            float[] x = Floats(Path.ChangeExtension(path, ".x")), expected = Floats(Path.ChangeExtension(path, ".y"));
            using ImportedModel model = ImportedModel.Open(path);
            using ImportedRun run = model.Plan(steps, batch);
            float[] y = new float[expected.Length];
            string lengths = Path.ChangeExtension(path, ".lengths");
            int[] given = File.Exists(lengths) ? MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(lengths)).ToArray() : [];
            if (model.TakesTokens)
            {
                run.Run(steps, batch, given, x.Select(token => (int)token).ToArray(), y);
            }
            else
            {
                run.Run(steps, batch, given, x, y);
            }

            Closeness.Absolute(name, [.. expected.Select(number => (double)number)], y, 1e-5);
            Assert.Equal("ONNX", model.Summary.Format);
            Assert.StartsWith("pytorch", model.Summary.Producer);
            Assert.Empty(model.Summary.Warnings);
        }
    }

    private static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
