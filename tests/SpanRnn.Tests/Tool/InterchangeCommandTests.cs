using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Layers;
using SpanRnn.Tests.Interchange;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>info, convert and verify on other programs' models.</summary>
public sealed class InterchangeCommandTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public InterchangeCommandTests()
    {
        // h = tanh(x + 1), y = 2 h - 1: the recurrent weight is 0.
        _tool.Write("model.pt", PickleBuilder.StateDict(
            ("rnn.weight_ih_l0", [1, 1], [1f]), ("rnn.weight_hh_l0", [1, 1], [0f]), ("rnn.bias_ih_l0", [1], [1f]), ("rnn.bias_hh_l0", [1], [0f]),
            ("head.weight", [1, 1], [2f]), ("head.bias", [1], [-1f]), ("steps", [1], [9f])));
        _tool.Write("x.csv", "x\n0\n1\n-1\n");
        double[] y = [2 * Math.Tanh(1) - 1, 2 * Math.Tanh(2) - 1, -1];
        _tool.Write("y.csv", string.Join('\n', y.Select(value => value.ToString("r", System.Globalization.CultureInfo.InvariantCulture))));
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Info_tells_what_was_found_and_what_was_not()
    {
        Run(0, "info {0}/model.pt");
        foreach (string part in new[]
        {
            "format            PyTorch checkpoint", "layer             rnn: rnn, 1 to 1, 1 units, 4 parameters", "function: tanh", "biases: two vectors",
            "layer             head: dense, 1 to 1", "parameters        6 (24 bytes as float32)", "ignored           steps", "warning           Weights do not tell",
        })
        {
            Assert.Contains(part, _tool.Output, StringComparison.Ordinal);
        }

        Run(0, "info {0}/model.pt --relu --json");
        using JsonDocument json = JsonDocument.Parse(_tool.Output);
        Assert.Equal("PyTorch checkpoint", json.RootElement.GetProperty("format").GetString());
        Assert.Equal("rnn, relu", json.RootElement.GetProperty("layers")[0].GetProperty("type").GetString());
        Assert.Equal(new FileInfo(_tool.Path("model.pt")).Length, json.RootElement.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void Verify_prints_the_largest_error_and_where_it_is()
    {
        Run(0, "verify {0}/model.pt --input {0}/x.csv --expected {0}/y.csv");
        Assert.Contains("3 numbers compared", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("Passed: within the tolerance of 1e-05", _tool.Output, StringComparison.Ordinal);

        _tool.Write("wrong.csv", "0.5231883\n0.5\n-1\n");
        Run(1, "verify {0}/model.pt --input {0}/x.csv --expected {0}/wrong.csv");
        Assert.Contains("at [1, 0]: expected 0.5, found 0.92", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("Failed: beyond", _tool.Output, StringComparison.Ordinal);
        Run(0, "verify {0}/model.pt --input {0}/x.csv --expected {0}/wrong.csv --tolerance 0.5 --json");
        Assert.True(JsonDocument.Parse(_tool.Output).RootElement.GetProperty("passed").GetBoolean());
        Run(1, "verify {0}/model.pt --relu --input {0}/x.csv --expected {0}/y.csv");

        _tool.Write("nan.csv", "0.5231883\nnan\n-1\n");
        Run(1, "verify {0}/model.pt --input {0}/x.csv --expected {0}/nan.csv --tolerance 1000");
        Assert.Contains("the largest error is NaN, at [1, 0]", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_reads_npy_npz_and_members_of_tensor_files()
    {
        NumberArray x = CsvFile.Read(_tool.Path("x.csv")), y = CsvFile.Read(_tool.Path("y.csv"));
        NpyFile.Write(_tool.Path("x.npy"), x.ToSingles(), 3, 1, 1);
        byte[] npz = PickleBuilder.Archive([("a.npy", NpyFile.Bytes(x.ToSingles(), 1, 3, 1)), ("b.npy", NpyFile.Bytes(y.ToSingles(), 3))]);
        _tool.Write("both.npz", npz);
        var writer = new SafetensorsWriter();
        writer.Add("out", [1, 3, 1], SafetensorsType.F64, sink => sink.Write(y.ToDoubles()));
        writer.Save(_tool.Path("y.safetensors"));
        Run(0, "verify {0}/model.pt --input {0}/x.npy --expected {0}/both.npz:b");
        Run(0, "verify {0}/model.pt --input {0}/both.npz:a --expected {0}/y.safetensors:out --batch-first");
        Run(0, "verify {0}/model.pt --input {0}/both.npz:a --expected {0}/y.safetensors --batch-first");
        Run(2, "verify {0}/model.pt --input {0}/both.npz --expected {0}/both.npz:b");
        Assert.Contains("holds 2 arrays: say which, as both.npz:NAME. It has 'a', 'b'.", _tool.Error, StringComparison.Ordinal);
        Run(2, "verify {0}/model.pt --input {0}/both.npz:c --expected {0}/both.npz:b");
        Run(2, "verify {0}/model.pt --input {0}/x.npy:c --expected {0}/both.npz:b");
        Assert.Contains("holds one array without a name, not 'c'", _tool.Error, StringComparison.Ordinal);
        Run(2, "verify {0}/model.pt --input {0}/x.npy --expected {0}/x2.npy");
        Assert.Contains("x2.npy: there is no such file", _tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a;b\n1;2\n3;x\n", "line 3, column 2: expected a number, found 'x'.")]
    [InlineData("1,2\n3\n", "line 2 has 1 numbers, the lines before it have 2.")]
    [InlineData("1,2\n3,\n", "line 2, column 2: expected a number, found nothing.")]
    [InlineData("a,b\n", "holds no numbers.")]
    [InlineData("", "holds no numbers.")]
    [InlineData("1\t2\n1\t2\n", "input: expected [T, B, 1] or [T, 1], found [2, 2].")]
    [InlineData("1\n2\n", "expected: the model gives [2, 1, 1], found [3, 1].")]
    public void Arrays_that_do_not_fit_are_refused(string csv, string message)
    {
        _tool.Write("in.csv", csv);
        Run(2, "verify {0}/model.pt --input {0}/in.csv --expected {0}/y.csv");
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_writes_what_the_library_and_verify_read()
    {
        Run(0, "convert {0}/model.pt {0}/model.safetensors");
        Assert.Contains("model.safetensors: safetensors, 6 parameters", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("warning: Weights do not tell", _tool.Error, StringComparison.Ordinal);
        Run(0, "verify {0}/model.safetensors --input {0}/x.csv --expected {0}/y.csv");
        using (SafetensorsReader reader = SafetensorsReader.Open(_tool.Path("model.safetensors")))
        {
            Assert.Equal(
                ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "head.weight", "head.bias"], reader.Tensors.Select(tensor => tensor.Name));
        }

        Run(0, "convert {0}/model.pt {0}/rnn --to safetensors --prefix rnn --relu");
        Assert.Contains("nonlinearity='relu'", _tool.Error, StringComparison.Ordinal);
        using LoadedRecurrent bare = RecurrentFile.Load(_tool.Path("rnn"));
        Assert.Equal(CellKind.RnnRelu, bare.Recurrent.Options.Cell);

        Run(2, "convert {0}/model.pt {0}/model.what");
        Assert.Contains("its ending tells no format", _tool.Error, StringComparison.Ordinal);
        Run(2, "convert {0}/model.pt {0}/model.pt --to safetensors");
        Run(2, "convert {0}/none.pt {0}/x.safetensors");
        Run(2, "convert {0}/model.pt {0}/x.safetensors --reset sideways");
        Run(2, "convert {0}/model.pt {0}/x.safetensors --to keras");
        Run(2, "convert {0}/model.pt {0}/none/x.safetensors");
    }

    [Fact]
    public void Convert_to_RTNeural_gives_the_same_outputs()
    {
        using (var lstm = new Recurrent(new() { Cell = CellKind.Gru, InputSize = 1, HiddenSizes = [3] }))
        {
            lstm.Initialize(1);
            RecurrentFile.Save(_tool.Path("gru.safetensors"), lstm);
        }

        Run(0, "convert {0}/gru.safetensors {0}/gru.json");
        Run(0, "convert {0}/gru.json {0}/back.safetensors");
        Run(0, "info {0}/gru.json");
        using LoadedRecurrent before = RecurrentFile.Load(_tool.Path("gru.safetensors")), after = RecurrentFile.Load(_tool.Path("back.safetensors"));
        using RecurrentSession one = before.Recurrent.CreateSession(), other = after.Recurrent.CreateSession();
        float[] y = new float[3], z = new float[3];
        for (int t = 0; t < 5; t++)
        {
            one.Step([t - 2f], y);
            other.Step([t - 2f], z);
            Closeness.Absolute("outputs", [.. y.Select(value => (double)value)], z, 1e-6);
        }
    }

    [Fact]
    public void Convert_to_ONNX_and_back_keeps_every_output()
    {
        Run(0, "convert {0}/model.pt {0}/model.onnx");
        Run(0, "verify {0}/model.onnx --input {0}/x.csv --expected {0}/y.csv");
        Run(0, "info {0}/model.onnx");
        Assert.Contains("format            ONNX", _tool.Output, StringComparison.Ordinal);
        Run(0, "convert {0}/model.onnx {0}/back.safetensors");
        Run(0, "verify {0}/back.safetensors --input {0}/x.csv --expected {0}/y.csv");
    }

    [DataTheory("onnx-node")]
    [MemberData(nameof(OnnxNodes))]
    public void Info_tells_of_every_ONNX_node_test(string folder)
    {
        Run(0, $"info {DataFolder.Path("onnx-node", folder, "model.onnx")}");
        Assert.Contains("ONNX", _tool.Output, StringComparison.Ordinal);
        Assert.Contains(folder.Contains("lstm", StringComparison.Ordinal) ? "lstm" : folder.Contains("gru", StringComparison.Ordinal) ? "gru" : "rnn", _tool.Output, StringComparison.Ordinal);
    }

    public static TheoryData<string> OnnxNodes => DataFolder.WhyMissing("onnx-node") is null
        ? [.. Directory.EnumerateDirectories(DataFolder.Path("onnx-node")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : ["none"];

    private void Run(int code, string line)
    {
        int found = _tool.Run(line);
        Assert.True(code == found, $"{line}: {found}\n{_tool.Output}{_tool.Error}");
    }
}
