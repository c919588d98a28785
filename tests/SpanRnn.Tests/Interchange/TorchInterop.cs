using System.Globalization;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.PyTorch;
using SpanRnn.Tests.Interchange.Onnx;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Tool;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Real PyTorch, both ways, by tests/interop/torch_interop.py: what it saves is read; what <c>spanrnn convert</c> writes it loads strictly, with the same outputs.</summary>
public sealed class TorchInterop(TorchInterop.Saved saved) : IClassFixture<TorchInterop.Saved>
{
    [TorchFact]
    public void What_PyTorch_saves_is_verified_converted_and_loaded_again()
    {
        ToolRun tool = saved.Tool;
        string[] names = [.. Directory.EnumerateFiles(tool.Path(""), "*.x.npy").Select(path => Path.GetFileName(path)[..^".x.npy".Length]).Order(StringComparer.Ordinal)];
        Assert.True(names.Length > 10);
        foreach (string name in names)
        {
            string relu = name == "relu" ? " --relu" : "";
            Assert.True(0 == tool.Run($"convert {{0}}/{name}.pt {{0}}/{name}.safetensors{relu}"), $"{name}: {tool.Error}");
            foreach (string file in new[] { "pt", "safetensors" })
            {
                int code = tool.Run($"verify {{0}}/{name}.{file} --input {{0}}/{name}.x.npy --expected {{0}}/{name}.y.npy --tolerance 2e-6{relu}");
                Assert.True(code == 0, $"{name}.{file}: {tool.Output}{tool.Error}");
            }
        }

        // As a ReLU's model with tanh, the recording is missed.
        Assert.Equal(1, tool.Run("verify {0}/relu.pt --input {0}/relu.x.npy --expected {0}/relu.y.npy"));

        string[] lines = Script("load", tool).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(names, lines.Select(line => line.Split(' ')[0]));
        foreach (string line in lines)
        {
            double[] differences = [.. line.Split(' ')[1..].Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            bool isRounded = line.StartsWith("double", StringComparison.Ordinal); // float64 weights become float32
            Assert.True(differences[0] <= (isRounded ? 1e-7 : 0) && differences[1] <= (isRounded ? 1e-6 : 0), line);
        }
    }

    [TorchAndRuntimeFact]
    public void What_PyTorch_saves_runs_in_ONNX_Runtime_once_converted()
    {
        ToolRun tool = saved.Tool;
        Assert.Equal(2, tool.Run("convert {0}/lstm_projected.pt {0}/lstm_projected.onnx"));
        Assert.Contains("cannot be written as onnx", tool.Error, StringComparison.Ordinal);
        foreach (string name in new[] { "rnn", "relu", "lstm", "lstm_both", "lstm_no_bias", "gru", "gru_both", "numbers", "half", "brain", "cell", "bare" })
        {
            Assert.True(0 == tool.Run($"convert {{0}}/{name}.pt {{0}}/{name}.onnx{(name == "relu" ? " --relu" : "")}"), $"{name}: {tool.Error}");
            NumberArray x = ArrayFile.Read(tool.Path($"{name}.x.npy")), y = ArrayFile.Read(tool.Path($"{name}.y.npy"));
            long[] shape = x.Shape.ToArray();
            RuntimeInput input = x.Type.IsWhole() ? new("x", x.ToInt64s(), shape) : new("x", x.ToSingles(), shape);
            float[] found = OnnxRuntime.Run(File.ReadAllBytes(tool.Path($"{name}.onnx")), [input], ["y"])[0];
            Closeness.Absolute(name, y.ToDoubles(), found, 1e-5);
        }
    }

    [TorchFact]
    public void Every_kind_of_tensor_is_read_as_PyTorch_saved_it()
    {
        ToolRun tool = saved.Tool;
        foreach (string name in new[] { "kinds", "nested" })
        {
            using PyTorchFile file = PyTorchFile.Open(tool.Path($"{name}.pt"));
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(tool.Path($"{name}.json")));
            foreach (JsonProperty tensor in expected.RootElement.EnumerateObject())
            {
                TensorInfo info = file.Find(tensor.Name);
                Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), info.Shape.ToArray());
                double[] found = new double[info.ElementCount];
                file.ReadDoubles(info, 0, found);
                Assert.Equal(tensor.Value.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()), found);
            }
        }

        using PyTorchFile kinds = PyTorchFile.Open(tool.Path("kinds.pt")), nested = PyTorchFile.Open(tool.Path("nested.pt"));
        float[] special = new float[4];
        kinds.ReadFloats(kinds.Find("special"), 0, special);
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon], special);
        Assert.Equal("model.state_dict", nested.Entry);
        Assert.Equal(["epoch", "note", "optimizer", "history", "model.more"], nested.Ignored);
        using ImportedModel model = ImportedModel.Open(tool.Path("nested.pt"));
        Assert.Equal(["embedding", "rnn", "fc"], model.Summary.Layers.Select(layer => layer.Name));
    }

    [TorchFact]
    public void What_is_no_state_dict_is_explained()
    {
        ToolRun tool = saved.Tool;
        foreach ((string name, string message) in new[]
        {
            ("whole", "names '__main__.Net'"), ("whole", "torch.save(model.state_dict(), path)"), ("legacy", "before PyTorch 1.6"), ("script", "TorchScript"),
        })
        {
            Assert.Equal(2, tool.Run($"info {{0}}/{name}.pt"));
            Assert.Contains(message, tool.Error, StringComparison.Ordinal);
        }
    }

    private static string Script(string command, ToolRun tool)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "interop", "torch_interop.py");
        (string output, string error) = Python.Run(File.ReadAllText(path), command, tool.Path(""));
        Assert.Equal("", error);
        return output;
    }

    /// <summary>What PyTorch saved, once for all tests; nothing where there is no PyTorch.</summary>
    public sealed class Saved : IDisposable
    {
        public Saved()
        {
            if (Python.WhyNoTorch is null)
            {
                Script("save", Tool);
            }
        }

        internal ToolRun Tool { get; } = new();

        public void Dispose() => Tool.Dispose();
    }
}
