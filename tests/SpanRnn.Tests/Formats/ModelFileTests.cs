using SpanRnn.Cells;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class ModelFileTests
{
    [Fact]
    public void One_bias_is_written_as_PyTorchs_two()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("m");
        using SequenceModel model = new(SequenceModelOptions.Language(CellKind.Gru, 5, 3, 4));
        model.Initialize(1);
        ModelFile.Save(path, model);
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        Assert.Equal(
            ["embedding.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "fc.weight", "fc.bias"],
            reader.Tensors.Select(tensor => tensor.Name));
        Assert.All(reader.Floats("rnn.bias_hh_l0"), bias => Assert.Equal(0f, bias));
    }

    [Theory]
    [InlineData(CellKind.Rnn, 3)]
    [InlineData(CellKind.Lstm, 15)]
    [InlineData(CellKind.GruResetBefore, 11)]
    [InlineData(CellKind.Gru, 7)]
    public void A_second_bias_that_adds_is_added(CellKind cell, int index)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("m");
        using SequenceModel model = DrawnModels.Small(cell);
        SafetensorsWriter writer = Changed(model, "rnn.bias_hh_l1", index, 0.5f);
        writer.Save(path);
        using LoadedModel loaded = ModelFile.Load(path);
        Assert.Equal(model.Weights["rnn.bias_ih_l1"].Row(0)[index] + 0.5f, loaded.Model.Weights["rnn.bias_ih_l1"].Row(0)[index]);
        Assert.Equal(model.Weights["rnn.bias_ih_l1"].Row(0)[0], loaded.Model.Weights["rnn.bias_ih_l1"].Row(0)[0]);
    }

    [Fact]
    public void A_GRUs_b_hn_does_not_fit_one_bias()
    {
        using SequenceModel model = DrawnModels.Small(CellKind.Gru);
        string message = Refused(Changed(model, "rnn.bias_hh_l1", 8, 0.5f));
        Assert.Contains("rnn.bias_hh_l1[8]: expected 0, found 0.5: it is a GRU's b_hn", message, StringComparison.Ordinal);
        Assert.Contains("load it with two", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_refused_unless_allowed()
    {
        using SequenceModel model = DrawnModels.Small();
        model.Weights["rnn.weight_hh_l1"][2, 3] = float.NaN;
        Assert.Contains("rnn.weight_hh_l1[2, 3]: expected a finite number, found NaN", Refused(model), StringComparison.Ordinal);
        model.Weights["rnn.weight_hh_l1"][2, 3] = 0f;
        model.Weights["fc.bias"][0, 4] = float.NegativeInfinity;
        Assert.Contains("fc.bias[4]: expected a finite number, found -", Refused(model), StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        ModelFile.Save(folder.Path("m"), model);
        using LoadedModel loaded = ModelFile.Load(folder.Path("m"), allowNonFinite: true);
        DrawnModels.AssertSame(model.Weights, loaded.Model.Weights);
    }

    [Theory]
    [InlineData("spanrnn.cell", "gru", "rnn.weight_ih_l0: expected [12, 3], found [16, 3]: that is an LSTM's.")]
    [InlineData("spanrnn.hidden_sizes", "6,4", "rnn.weight_ih_l0: expected [24, 3], found [16, 3]: that is a layer of 4 units.")]
    [InlineData("spanrnn.hidden_sizes", "4", "tensor 'rnn.weight_ih_l1' has no place in the model that the file describes.")]
    [InlineData("spanrnn.hidden_sizes", "4,4,4", "has no tensor 'rnn.weight_ih_l2'")]
    [InlineData("spanrnn.hidden_sizes", "4,", "metadata 'spanrnn.hidden_sizes': expected a whole number of at least 1, found ''.")]
    [InlineData("spanrnn.input_size", "16", "embedding.weight: expected [5, 16], found [5, 3]: that is an input of 3.")]
    [InlineData("spanrnn.vocabulary_size", "6", "embedding.weight: expected [6, 3], found [5, 3]: that is a vocabulary of 5.")]
    [InlineData("spanrnn.vocabulary_size", "0", "tensor 'embedding.weight' has no place in the model")]
    [InlineData("spanrnn.vocabulary", "abc", "metadata 'spanrnn.vocabulary': expected 5 symbols, as the embedding, found 3.")]
    [InlineData("spanrnn.vocabulary", "aa", "metadata 'spanrnn.vocabulary': symbols: expected a code point above 'a'")]
    [InlineData("spanrnn.outputs", "7", "fc.weight: expected [7, 4], found [5, 4]: that is a head of 5 outputs.")]
    [InlineData("spanrnn.projection_size", "2", "rnn.weight_hh_l0: expected [16, 2], found [16, 4]")]
    [InlineData("spanrnn.bidirectional", "true", "has no tensor 'rnn.weight_ih_l0_reverse'")]
    [InlineData("spanrnn.bias", "none", "tensor 'rnn.bias_ih_l0' has no place")]
    [InlineData("spanrnn.dropout", "1", "metadata 'spanrnn.dropout': expected a probability from 0 to below 1, found '1'.")]
    [InlineData("spanrnn.head", "last", "metadata 'spanrnn.head': expected one of every_step, last_step, mean_steps, max_steps, found 'last'.")]
    [InlineData("spanrnn.direction", "up", "metadata 'spanrnn.direction': expected one of forward, reverse, bidirectional, found 'up'.")]
    [InlineData("spanrnn.direction", "bidirectional", "has no tensor 'rnn.weight_ih_l0_reverse'")]
    [InlineData("spanrnn.merge", "max", "metadata 'spanrnn.merge': expected one of concat, sum, multiply, average, found 'max'.")]
    [InlineData("spanrnn.clip", "0", "metadata 'spanrnn.clip': expected a finite number above 0, found '0'.")]
    [InlineData("spanrnn.peepholes", "true", "has no tensor 'rnn.weight_peephole_l0'")]
    [InlineData("spanrnn.coupled_forget_gate", "yes", "metadata 'spanrnn.coupled_forget_gate': expected one of false, true, found 'yes'.")]
    [InlineData("spanrnn.activations", "f=swish", "metadata 'spanrnn.activations': expected activations such as")]
    [InlineData("spanrnn.activations", "f=elu(1)", "metadata 'spanrnn.activations': expected activations such as")]
    [InlineData("spanrnn.activations", "f=elu(1,nan)", "metadata 'spanrnn.activations': expected activations such as")]
    [InlineData("spanrnn.activations", "q=relu", "metadata 'spanrnn.activations': expected the places f, g and h")]
    [InlineData("spanrnn.reverse_activations", "f=relu", "ReverseActivations: expected two directions, found Forward")]
    [InlineData("spanrnn.version", "4", "is of version '4' of the format; this library reads versions 1 to 3.")]
    [InlineData("spanrnn.format", "recurrent", "expected a model, found a bare recurrent stack, use RecurrentFile.Load.")]
    [InlineData("spanrnn.format", "x", "expected a model, found 'x'.")]
    public void A_contradiction_is_named_with_both_numbers_and_its_likely_cause(string key, string value, string message)
    {
        using SequenceModel model = DrawnModels.Small();
        SafetensorsWriter writer = ModelFile.Writer(Names.Model, model, null, null, []);
        writer.Metadata[key] = value;
        Assert.Contains(message, Refused(writer), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_options_of_the_second_version_make_a_file_of_it()
    {
        using SequenceModel plain = DrawnModels.Small();
        Assert.Equal("1", ModelFile.Writer(Names.Model, plain, null, null, []).Metadata[Names.Version]);
        SequenceModelOptions options = plain.Options;
        foreach (RecurrentOptions newer in new[]
        {
            options.Recurrent with { Direction = Direction.Reverse }, options.Recurrent with { Clip = 1f }, options.Recurrent with { Peepholes = true },
            options.Recurrent with { Activations = new() { F = Activation.HardSigmoid() } },
        })
        {
            using var model = new SequenceModel(options with { Recurrent = newer });
            Assert.Equal("2", ModelFile.Writer(Names.Model, model, null, null, []).Metadata[Names.Version]);
        }
    }

    [Fact]
    public void A_transposed_matrix_is_recognised() => Assert.Equal(
        ": that is its transpose, as Keras and ONNX lay out some of theirs",
        new ExpectedTensor("weight_ih_l0", [12, 3], TensorRole.InputWeight, 3).Cause([3, 12]));

    [Fact]
    public void The_example_of_the_house_is_its_message() => Assert.Equal(
        ": that is a GRU's", new ExpectedTensor("weight_hh_l0", [1024, 256], TensorRole.RecurrentWeight, 4).Cause([768, 256]));

    [Fact]
    public void A_cell_that_contradicts_the_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        using SequenceModel model = DrawnModels.Small();
        ModelFile.Save(folder.Path("m"), model);
        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Path("m"), cell: CellKind.Gru));
        Assert.Equal("expected the cell gru, found lstm.", error.Reason);
        Assert.Throws<ModelFileException>(() => RecurrentFile.Load(folder.Path("m")));
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_anything_is()
    {
        using var folder = new TemporaryFolder();
        using SequenceModel model = DrawnModels.Small();
        string path = folder.Path("m");
        Assert.Throws<ArgumentException>(() => ModelFile.Save(path, model, Vocabulary.Of("ab")));
        Assert.Throws<ArgumentException>(() => ModelFile.Save(path, model, null, new Dictionary<string, string> { ["spanrnn.x"] = "" }));
        Assert.Throws<ArgumentException>(() => ModelFile.Save(path, model, null, new Dictionary<string, string> { ["x"] = "\ud800" }));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_the_old_file_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("m");
        SequenceModel model = DrawnModels.Small();
        ModelFile.Save(path, model);
        byte[] old = File.ReadAllBytes(path);
        SafetensorsWriter writer = ModelFile.Writer(Names.Model, model, null, null, []);
        writer.Add("last", [1], SafetensorsType.F32, _ => throw new InvalidOperationException("power lost"));
        Assert.Throws<InvalidOperationException>(() => writer.Save(path));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ModelFile.Save(path, model));
        Assert.Equal(["m"], folder.Names);
        Assert.Equal(old, File.ReadAllBytes(path));
    }

    private static SafetensorsWriter Changed(SequenceModel model, string name, int index, float value)
    {
        using var folder = new TemporaryFolder();
        ModelFile.Save(folder.Path("m"), model);
        using SafetensorsReader reader = SafetensorsReader.Open(folder.Path("m"));
        var writer = new SafetensorsWriter();
        foreach ((string key, string text) in reader.Metadata)
        {
            writer.Metadata[key] = text;
        }

        foreach (TensorInfo info in reader.Tensors)
        {
            float[] numbers = reader.Floats(info.Name);
            if (info.Name == name)
            {
                numbers[index] = value;
            }

            writer.Add(info.Name, info.Shape, SafetensorsType.F32, sink => sink.Write(numbers));
        }

        return writer;
    }

    private static string Refused(SequenceModel model) => Refused(ModelFile.Writer(Names.Model, model, null, null, []));

    private static string Refused(SafetensorsWriter writer)
    {
        using var folder = new TemporaryFolder();
        writer.Save(folder.Path("m"));
        return Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Path("m"))).Message;
    }
}
