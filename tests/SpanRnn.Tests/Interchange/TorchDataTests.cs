using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.PyTorch;
using SpanRnn.Layers;
using SpanRnn.Tests.Formats;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Every file of PyTorch's that lies in the data folder, found by listing it: what index.json says, and what was recorded.</summary>
public sealed class TorchDataTests
{
    public static TheoryData<string> Checkpoints => Listed("*.pt", "*.pth", "*.ckpt");

    public static TheoryData<string> Safetensors => Listed("*.safetensors");

    [DataTheory("torch")]
    [MemberData(nameof(Checkpoints))]
    public void A_checkpoint_is_read_or_explained(string file)
    {
        string path = DataFolder.Path("torch", file);
        if (File.ReadAllBytes(path)[0] != 'P')
        {
            string reason = Assert.Throws<ModelFileException>(() => PyTorchFile.Open(path)).Reason;
            Assert.Contains("before PyTorch 1.6", reason, StringComparison.Ordinal);
            Assert.Contains("torch.save(torch.load(", reason, StringComparison.Ordinal);
            return;
        }

        using PyTorchFile opened = PyTorchFile.Open(path);
        Assert.NotEmpty(opened.Tensors);
        string? twin = Entry(file) is { } entry && entry.TryGetProperty("twin", out JsonElement name) ? name.GetString() : null;
        if (twin is null)
        {
            return;
        }

        // The same tensors, bit by bit, and the recorded logits.
        using SafetensorsReader expected = SafetensorsReader.Open(DataFolder.Path("torch", twin));
        Assert.Equal(expected.Tensors.Count - 2, opened.Tensors.Count);
        foreach (TensorInfo tensor in opened.Tensors)
        {
            TensorInfo other = expected.Find(tensor.Name.Replace("module.", "", StringComparison.Ordinal));
            Assert.Equal(other.Shape.ToArray(), tensor.Shape.ToArray());
            Assert.Equal(expected.Floats(other.Name), Floats(opened, tensor));
        }

        using ImportedModel model = ImportedModel.Open(path);
        Assert.Equal("PyTorch checkpoint", model.Summary.Format);
        Assert.Empty(model.Summary.Warnings);
        Closeness.Absolute("logits", expected.Doubles("logits"), Logits(model, expected), 2e-6);
    }

    [DataFact("torch/views.pt")]
    public void Views_are_read_by_offset_and_stride()
    {
        using PyTorchFile file = PyTorchFile.Open(DataFolder.Path("torch", "views.pt"));
        Dictionary<string, float[]> found = file.Tensors.ToDictionary(tensor => tensor.Name, tensor => Floats(file, tensor));
        float[] t = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        Assert.Equal([7, 13, 8, 14, 9, 15], found["view"]);
        Assert.Equal([12, 13, 14, 15, 16, 17], found["offset"]);
        Assert.Equal(t, found["half"]);
        Assert.Equal(t, found["double"]);
        Assert.Equal(t, found["shared"]);
        Assert.Equal([0, 1, 2, 3, 4], found["int"]);
        Assert.Equal(
            [SafetensorsType.F32, SafetensorsType.F32, SafetensorsType.F16, SafetensorsType.F64, SafetensorsType.I64, SafetensorsType.F32],
            file.Tensors.Select(tensor => tensor.DType));

        // Any part of a view is the same as that part of the whole.
        TensorInfo view = file.Find("view");
        for (int first = 0; first < 6; first++)
        {
            double[] part = new double[6 - first];
            file.ReadDoubles(view, first, part);
            Assert.Equal(found["view"].Skip(first).Select(x => (double)x), part);
        }
    }

    [DataFact("torch/checkpoint_nested.pt")]
    public void A_nested_checkpoint_says_where_its_state_dict_was()
    {
        using PyTorchFile file = PyTorchFile.Open(DataFolder.Path("torch", "checkpoint_nested.pt"));
        Assert.Equal("model", file.Entry);
        Assert.Equal(["epoch", "optimizer"], file.Ignored);
        using PyTorchFile same = PyTorchFile.Open(DataFolder.Path("torch", "checkpoint_nested.pt"), entry: "model");
        Assert.Equal(file.Tensors.Select(tensor => tensor.Name), same.Tensors.Select(tensor => tensor.Name));
        Assert.Contains(
            "has no entry 'ema'; beside 'ema' would be 'epoch', 'model', 'optimizer'",
            Assert.Throws<ModelFileException>(() => PyTorchFile.Open(DataFolder.Path("torch", "checkpoint_nested.pt"), entry: "ema")).Message,
            StringComparison.Ordinal);
    }

    [DataTheory("torch")]
    [MemberData(nameof(Safetensors))]
    public void Safetensors_give_the_modules_that_index_json_names(string file)
    {
        string path = DataFolder.Path("torch", file);
        using ITensorFile opened = TensorFile.Open(path);
        JsonElement? entry = Entry(file);
        bool isTraining = entry is { } e && e.TryGetProperty("training", out _);
        var modules = new StateDictModules(opened, Options(entry));
        if (entry is not { } said)
        {
            // The twin of a checkpoint: embedding, rnn, fc, with x and logits beside.
            using ImportedModel model = ImportedModel.Open(path);
            Assert.Equal(["x", "logits"], model.Summary.Ignored);
            Closeness.Absolute("logits", ((SafetensorsReader)opened).Doubles("logits"), Logits(model, (SafetensorsReader)opened), 2e-6);
            return;
        }

        string kind = said.GetProperty("kind").GetString()!;
        string name = said.TryGetProperty("nonlinearity", out JsonElement function) && function.GetString() == "relu" ? "RnnRelu" : kind;
        Assert.Equal(isTraining ? ["initial.rnn.", "final.rnn."] : [""], modules.Recurrents.Select(module => module.Prefix));
        foreach (RecurrentModule module in modules.Recurrents)
        {
            Assert.Equal(name, module.Options.Cell.ToString(), ignoreCase: true);
            int size = said.GetProperty(isTraining ? "embedding" : "input_size").GetInt32(), hidden = said.GetProperty(isTraining ? "hidden" : "hidden_size").GetInt32();
            Assert.Equal(size, module.Options.InputSize);
            Assert.Equal(Enumerable.Repeat(hidden, said.GetProperty(isTraining ? "layers" : "num_layers").GetInt32()), module.Options.HiddenSizes);
            Assert.Equal(!isTraining && said.GetProperty("bidirectional").GetBoolean(), module.Options.Bidirectional);
            Assert.Equal(isTraining || said.GetProperty("bias").GetBoolean() ? BiasKind.Double : BiasKind.None, module.Options.Bias);
            Assert.Equal(isTraining ? 0 : said.GetProperty("proj_size").GetInt32(), module.Options.ProjectionSize);
        }

        if (isTraining)
        {
            string refused = Assert.Throws<ModelFileException>(() => ImportedModel.Open(path)).Reason;
            Assert.Contains("'initial.rnn.'", refused, StringComparison.Ordinal);
            using ImportedModel model = ImportedModel.Open(path, new() { Prefix = "final" });
            Assert.Equal(["embedding", "rnn", "fc"], model.Summary.Layers.Select(layer => layer.Name));
            return;
        }

        Outputs(file, path, Options(entry));
    }

    // The recorded run: input, initial states and lengths give output and final states.
    private static void Outputs(string file, string path, ImportOptions options)
    {
        var golden = new GoldenCase(file);
        using ITensorFile opened = TensorFile.Open(path);
        using Recurrent recurrent = new StateDictModules(opened, options).Extract("");
        TwinBatch batch = golden.Batch;
        using RecurrentTape tape = recurrent.Plan(batch.Steps, batch.Rows, training: false);
        float[] y = new float[batch.Steps * batch.Rows * recurrent.OutputSize], hn = new float[batch.Rows * recurrent.HiddenStateSize];
        recurrent.Forward(tape, batch.Steps, batch.Rows, batch.Lengths ?? [], Single(batch.X), Single(batch.H0), Single(batch.C0), y, hn, []);
        double scale = file.Contains("saturated", StringComparison.Ordinal) ? 1e-2 : 1;
        Closeness.Absolute("output", golden.Golden["output"], y, 2e-6 / scale * Math.Max(1, golden.Golden["output"].Max(Math.Abs)));
        Closeness.Absolute("h_n", golden.Golden["h_n"], hn, 2e-6 / scale * Math.Max(1, golden.Golden["h_n"].Max(Math.Abs)));

        // As a model it starts from zeros, as the recording only does where no state is given.
        using ImportedModel model = ImportedModel.Open(path, options);
        Assert.Equal((recurrent.InputSize, recurrent.OutputSize), (model.InputSize, model.OutputSize));
        Assert.Equal(recurrent.Weights.Layout.Count, model.Summary.Parameters);
        if (batch.H0 is null)
        {
            using ImportedRun run = model.Plan(batch.Steps, batch.Rows);
            float[] outputs = new float[y.Length];
            run.Run(batch.Steps, batch.Rows, [], Single(batch.X), outputs);
            Assert.Equal(y, outputs);
        }
    }

    private static ImportOptions Options(JsonElement? entry) =>
        entry is { } said && said.TryGetProperty("nonlinearity", out JsonElement function) && function.GetString() == "relu"
            ? new() { Cell = CellKind.RnnRelu } : new();

    private static float[] Logits(ImportedModel model, SafetensorsReader recorded)
    {
        TensorInfo shape = recorded.Find("logits");
        (int batch, int steps, int outputs) = ((int)shape.Shape[0], (int)shape.Shape[1], (int)shape.Shape[2]);
        long[] x = recorded.Int64s("x");
        using ImportedRun run = model.Plan(steps, 1);
        float[] found = new float[batch * steps * outputs];
        for (int row = 0; row < batch; row++)
        {
            int[] tokens = [.. x.Skip(row * steps).Take(steps).Select(token => (int)token)];
            run.Run(steps, 1, [], tokens, found.AsSpan(row * steps * outputs, steps * outputs));
        }

        return found;
    }

    private static float[] Single(double[]? values) => values is null ? [] : [.. values.Select(value => (float)value)];

    private static float[] Floats(ITensorFile file, TensorInfo tensor)
    {
        float[] values = new float[tensor.ElementCount];
        file.ReadFloats(tensor, 0, values);
        return values;
    }

    private static JsonElement? Entry(string file) => GoldenData.Index.Cast<JsonElement?>()
        .FirstOrDefault(entry => entry!.Value.GetProperty("file").GetString() == file);

    private static TheoryData<string> Listed(params string[] patterns)
    {
        var files = new TheoryData<string>();
        if (DataFolder.WhyMissing("torch") is null)
        {
            foreach (string path in patterns.SelectMany(pattern => Directory.EnumerateFiles(DataFolder.Path("torch"), pattern)).Order(StringComparer.Ordinal))
            {
                files.Add(Path.GetFileName(path));
            }
        }
        else
        {
            files.Add("none");
        }

        return files;
    }
}
