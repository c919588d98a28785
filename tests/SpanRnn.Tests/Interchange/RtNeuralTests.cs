using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Interchange.Writers;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>RTNeural's JSON: its own models against its own recordings, and what we write.</summary>
public sealed class RtNeuralTests
{
    /// <summary>Its models run in double precision in TensorFlow's float kernels: this is what its own tests allow.</summary>
    private const double Tolerance = 1e-5;

    [DataFact("rtneural")]
    public void Every_recorded_model_gives_its_recording_run_and_stepped()
    {
        string[] models = [.. Directory.EnumerateFiles(DataFolder.Path("rtneural"), "*.json").Where(path => File.Exists(Recording(path, 'x')))];
        Assert.NotEmpty(models);
        foreach (string path in models)
        {
            using ImportedModel model = ImportedModel.Open(path);
            double[] x = Read(Recording(path, 'x')), y = Read(Recording(path, 'y'));
            int steps = x.Length / model.InputSize;
            using ImportedRun run = model.Plan(steps, 1);
            using ImportedSession session = model.CreateSession();
            float[] input = [.. x.Select(value => (float)value)], output = new float[y.Length], stepped = new float[y.Length];
            run.Run(steps, 1, [], input, output);
            for (int t = 0; t < steps; t++)
            {
                session.Step(input.AsSpan(t * model.InputSize, model.InputSize), stepped.AsSpan(t * model.OutputSize, model.OutputSize));
            }

            Closeness.Absolute(Path.GetFileName(path), y, output, Tolerance);
            Bits.Equal($"{Path.GetFileName(path)}, stepped", output, stepped);
        }
    }

    [Fact]
    public void What_is_written_is_read_back_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using ImportedModel model = All(BiasKind.Double);
        RtNeuralFile.Save(folder.Path("model.json"), model);
        using ImportedModel read = ImportedModel.Open(folder.Path("model.json"));
        Assert.Equal("RTNeural JSON", read.Summary.Format);
        Assert.Empty(read.Summary.Ignored);
        Assert.Empty(read.Summary.Warnings);
        Assert.Equal(new FileInfo(folder.Path("model.json")).Length, read.Summary.Bytes);
        Bits.Equal("read back", Run(model), Run(read));

        RtNeuralFile.Save(folder.Path("again.json"), read);
        Assert.Equal(File.ReadAllText(folder.Path("model.json")), File.ReadAllText(folder.Path("again.json")));
    }

    [Theory]
    [InlineData(BiasKind.None)]
    [InlineData(BiasKind.Single)]
    [InlineData(BiasKind.Double)]
    public void A_stack_with_any_bias_is_written(BiasKind bias)
    {
        using var folder = new TemporaryFolder();
        using ImportedModel model = Stack(CellKind.Gru, bias);
        RtNeuralFile.Save(folder.Path("model.json"), model);
        using ImportedModel read = ImportedModel.Open(folder.Path("model.json"));
        Bits.Equal($"{bias}", Run(model), Run(read));
    }

    [Fact]
    public void A_causal_convolution_looks_back_by_its_dilation()
    {
        float[] kernel = [1, 10, 100, 1000]; // K 2, I 1, O 2: the newest step last
        using var model = new ImportedModel([new ConvolutionStage(kernel, [0.5f, 0], 1, 2, 2, 3)], new ModelSummary { Format = "a test's" });
        float[] y = new float[10];
        using ImportedRun run = model.Plan(5, 1);
        run.Run(5, 1, [], [1f, 2f, 3f, 4f, 5f], y);
        Assert.Equal([100.5f, 1000, 200.5f, 2000, 300.5f, 3000, 401.5f, 4010, 502.5f, 5020], y);
    }

    [Fact]
    public void What_rtneural_has_not_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        using ImportedModel before = Stack(CellKind.GruResetBefore, BiasKind.Single);
        Assert.Contains("GruResetBefore", Assert.Throws<NotSupportedException>(() => RtNeuralFile.Save(folder.Path("x.json"), before)).Message, StringComparison.Ordinal);
        using ImportedModel states = AssembledModels.Create("audio", Isa.Best);
        Assert.Throws<NotSupportedException>(() => RtNeuralFile.Save(folder.Path("x.json"), states));
        Assert.Empty(folder.Names);
    }

    [Theory]
    [InlineData("""{"type":"conv2d","shape":[1,1,2,2],"weights":[]}""", "'conv2d' is not supported")]
    [InlineData("""{"type":"dense","activation":"swish","shape":[null,1],"weights":[[[1.0],[1.0]],[0.0]]}""", "'swish' is not supported")]
    [InlineData("""{"type":"dense","shape":[null,1],"weights":[[[1.0]],[0.0]]}""", "expected [2, 1], found [1, 1]")]
    [InlineData("""{"type":"lstm","shape":[null,1],"weights":[[[1,2,3],[1,2,3]],[[1,2,3]],[1,2,3]]}""", "expected [2, 4], found [2, 3]: three gates: a GRU's")]
    [InlineData("""{"type":"gru","shape":[null,1],"weights":[[[1,2,3],[1,2,3]],[[1,2,3]],[1,2,3]]}""", "one bias: a GRU that resets before the product")]
    [InlineData("""{"type":"lstm","activation":"relu","shape":[null,1],"weights":[]}""", "'relu' inside lstm")]
    [InlineData("""{"type":"dense","shape":[null,1],"weights":[[[1.0],[1e39]],[0.0]]}""", "AllowNonFinite")]
    public void A_layer_that_cannot_be_is_refused_with_its_reason(string layer, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("m.json"), $$"""{"in_shape":[null,null,2],"layers":[{{layer}}]}""");
        var refusal = Assert.Throws<ModelFileException>(() => ImportedModel.Open(folder.Path("m.json")));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("layers[0]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_skipped_input_is_added_as_aida_x_does_and_noted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("m.json"), """
            {"in_skip":1,"in_gain":-3.0,"samplerate":48000,"in_shape":[null,null,1],
            "layers":[{"type":"dense","shape":[null,null,1],"weights":[[[0.5]],[0.25]]}]}
            """);
        using ImportedModel model = ImportedModel.Open(folder.Path("m.json"));
        using ImportedSession session = model.CreateSession();
        float[] y = new float[1];
        session.Step([2f], y);
        Assert.Equal(3.25f, y[0]);
        Assert.Contains("samplerate", model.Summary.Ignored);
        Assert.Contains(model.Summary.Warnings, warning => warning.StartsWith("in_gain", StringComparison.Ordinal));
    }

    /// <summary>A small file with every kind of layer, for this and the fuzz tests.</summary>
    internal static ImportedModel All(BiasKind bias)
    {
        RecurrentStage Of(CellKind cell, int inputs, int units, int seed)
        {
            var recurrent = new Recurrent(new() { Cell = cell, InputSize = inputs, HiddenSizes = [units], Bias = cell == CellKind.Gru ? bias : BiasKind.Single });
            recurrent.Initialize((ulong)seed);
            return new RecurrentStage(recurrent);
        }

        return new(
            [
                new ConvolutionStage(Numbers.Of(1, 2 * 2 * 3), Numbers.Of(2, 3), 2, 3, 2, 2, StageActivation.Relu),
                new ScaleStage(Numbers.Of(3, 3), Numbers.Of(4, 3)),
                Of(CellKind.Gru, 3, 2, 5),
                new ActivationStage(StageActivation.PRelu(Numbers.Of(6, 2)), 2),
                Of(CellKind.Lstm, 2, 3, 7),
                new DenseStage(Numbers.Of(8, 6), Numbers.Of(9, 2), 3, 2, StageActivation.Elu()),
                new ActivationStage(StageActivation.Softmax, 2),
            ],
            new ModelSummary { Format = "a test's" });
    }

    private static ImportedModel Stack(CellKind cell, BiasKind bias)
    {
        var recurrent = new Recurrent(new() { Cell = cell, InputSize = 2, HiddenSizes = [5, 3], Bias = bias });
        recurrent.Initialize(3);
        return new([new RecurrentStage(recurrent)], new ModelSummary { Format = "a test's" });
    }

    private static float[] Run(ImportedModel model)
    {
        float[] x = Numbers.Of(20, 7 * 2 * model.InputSize), y = new float[7 * 2 * model.OutputSize];
        using ImportedRun run = model.Plan(7, 2);
        run.Run(7, 2, [], x, y);
        return y;
    }

    private static string Recording(string model, char which) =>
        Path.Combine(Path.GetDirectoryName(model)!, $"{Path.GetFileNameWithoutExtension(model)}_{which}_python.csv");

    private static double[] Read(string path) => [.. File.ReadAllText(path)
        .Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
}
