using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Interchange.Writers;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Modules recognised by their tensors' names, in checkpoints and safetensors alike; with what a wrong shape probably means.</summary>
public sealed class StateDictModulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Several_modules_are_listed_and_extracted_by_prefix(bool isCheckpoint)
    {
        string path = Write(
            isCheckpoint,
            "module.encoder._orig_mod.rnn.weight_ih_l0:16,3 module.encoder._orig_mod.rnn.weight_hh_l0:16,4 module.encoder._orig_mod.rnn.bias_ih_l0:16 "
            + "module.encoder._orig_mod.rnn.bias_hh_l0:16 module.encoder._orig_mod.rnn.weight_ih_l0_reverse:16,3 module.encoder._orig_mod.rnn.weight_hh_l0_reverse:16,4 "
            + "module.encoder._orig_mod.rnn.bias_ih_l0_reverse:16 module.encoder._orig_mod.rnn.bias_hh_l0_reverse:16 "
            + "module.decoder.cell.weight_ih:15,2 module.decoder.cell.weight_hh:15,5 module.decoder.cell.bias_ih:15 module.decoder.cell.bias_hh:15 "
            + "module.proj.weight_ih_l0:12,7 module.proj.weight_hh_l0:12,2 module.proj.weight_hr_l0:2,3 module.norm.weight:4 module.norm.bias:4");
        using ITensorFile file = TensorFile.Open(path);
        var modules = new StateDictModules(file);
        Assert.Equal(["'encoder.rnn.' (lstm, 3 -> 8)", "'decoder.cell.' (gru, 2 -> 5)", "'proj.' (lstm, 7 -> 2)"], modules.Recurrents.Select(module => module.ToString()));
        Assert.Equal([false, true, false], modules.Recurrents.Select(module => module.IsCell));
        Assert.Equal([BiasKind.Double, BiasKind.Double, BiasKind.None], modules.Recurrents.Select(module => module.Options.Bias));
        Assert.Equal(["norm.weight", "norm.bias"], modules.Others);

        using Recurrent cell = modules.Extract("decoder.cell");
        float[] expected = new float[75];
        file.ReadFloats(file.Find("module.decoder.cell.weight_hh"), 0, expected);
        float[] found = new float[75];
        cell.Weights["weight_hh_l0"].CopyTo(found);
        Assert.Equal(expected, found);
        using Recurrent projected = modules.Extract("proj.");
        Assert.Equal(2, projected.Options.ProjectionSize);
        Assert.Contains(
            "has no recurrent layers at 'rnn'; it has 'encoder.rnn.'", Assert.Throws<ModelFileException>(() => modules.Extract("rnn")).Message, StringComparison.Ordinal);

        string refused = Assert.Throws<ModelFileException>(() => ImportedModel.Open(path)).Reason;
        Assert.Contains("make no single line: 'norm.weight' belongs to no module that is known", refused, StringComparison.Ordinal);
        ModelSummary summary = ModelInfo.Read(path);
        Assert.Equal(["encoder.rnn", "decoder.cell", "proj"], summary.Layers.Select(layer => layer.Name));
        Assert.StartsWith("It cannot be run as a whole: it is a state dict", summary.Warnings[0], StringComparison.Ordinal);

        using ImportedModel one = ImportedModel.Open(path, new() { Prefix = "encoder" });
        Assert.Equal((3, 8), (one.InputSize, one.OutputSize));
        Assert.Contains("has no tensor whose name starts with 'x.'", Assert.Throws<ModelFileException>(() => ImportedModel.Open(path, new() { Prefix = "x" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_are_put_in_order_by_their_sizes()
    {
        // In the order of the alphabet, as safetensors files often are.
        string path = Write(false, "a_out.weight:9,6 a_out.bias:9 b.weight_ih_l0:8,5 b.weight_hh_l0:8,2 c.weight_ih_l0:18,2 c.weight_hh_l0:18,6 z.weight:11,5 x:3");
        using ImportedModel model = ImportedModel.Open(path);
        Assert.Equal(["z", "b", "c", "a_out"], model.Summary.Layers.Select(layer => layer.Name));
        Assert.Equal(["embedding", "lstm", "gru, reset after the product", "dense"], model.Summary.Layers.Select(layer => layer.Type));
        Assert.Equal(["x"], model.Summary.Ignored);
        Assert.True(model.TakesTokens);
        Assert.Empty(model.Summary.Warnings);

        using ImportedModel last = ImportedModel.Open(path, new() { Head = HeadInput.LastStep });
        Assert.Equal(SelectedStep.FinalState, Assert.IsType<SelectionStage>(last.Stages[3]).Selected);

        Assert.Contains("no order fits the sizes", Refused("a.weight_ih_l0:8,5 a.weight_hh_l0:8,2 b.weight:3,4"), StringComparison.Ordinal);
        Assert.Contains("fit in more than one order", Refused("b.weight:2,2 b.bias:2 a.weight_ih_l0:8,2 a.weight_hh_l0:8,2 emb.weight:9,2"), StringComparison.Ordinal);
        using ImportedModel two = ImportedModel.Open(Write(true, "rnn.weight_ih_l0:8,5 rnn.weight_hh_l0:8,2 fc1.weight:4,2 fc1.bias:4 fc2.weight:1,4 fc2.bias:1"));
        Assert.Contains("'fc1.' and 'fc2.' follow each other", Assert.Single(two.Summary.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_weights_do_not_tell_is_an_option_and_is_said()
    {
        string rnn = Write(true, "weight_ih_l0:4,3 weight_hh_l0:4,4"), gru = Write(false, "weight_ih_l0:12,3 weight_hh_l0:12,4 bias_ih_l0:12");
        using ImportedModel tanh = ImportedModel.Open(rnn), relu = ImportedModel.Open(rnn, new() { Cell = CellKind.RnnRelu });
        Assert.Contains("tanh is taken", Assert.Single(tanh.Summary.Warnings), StringComparison.Ordinal);
        Assert.Contains(new Convention("function", "tanh"), tanh.Summary.Layers[0].Conventions);
        Assert.Empty(relu.Summary.Warnings);
        Assert.Contains(new Convention("function", "relu"), relu.Summary.Layers[0].Conventions);
        using ImportedModel before = ImportedModel.Open(gru, new() { ResetAfter = false });
        Assert.Equal(CellKind.GruResetBefore, ((RecurrentStage)before.Stages[0]).Recurrent.Options.Cell);
        Assert.Contains(new Convention("biases", "one vector"), before.Summary.Layers[0].Conventions);
        Assert.Contains(
            "expected the cell rnn_relu, found '' (gru, 3 -> 4)",
            Assert.Throws<ModelFileException>(() => ImportedModel.Open(gru, new() { Cell = CellKind.RnnRelu })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.weight_ih_l0:12,3 a.weight_hh_l0:16,4", "a.weight_ih_l0: expected [16, 3], found [12, 3]: that is a GRU's.")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:15,4", "a.weight_hh_l0: 15 rows for 4 units, expected 1 (RNN), 3 (GRU) or 4 (LSTM) times as many.")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 a.weight_ih_l1:16,5 a.weight_hh_l1:16,4", "a.weight_ih_l1: expected [16, 4], found [16, 5]")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 a.bias_ih_l0:12 a.bias_hh_l0:16", "a.bias_ih_l0: expected [16], found [12]: that is a GRU's.")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 a.bias_hh_l0:16", "tensor 'a.bias_hh_l0' has no place")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 a.weight_hh_l2:16,4", "tensor 'a.weight_hh_l2' has no place")]
    [InlineData("a.weight_ih_l0:16,3", "has no tensor 'a.weight_hh_l0'")]
    [InlineData("a.weight_ih:16,3", "has no tensor 'a.weight_hh_l0'")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16", "a.weight_hh_l0: expected 2 dimensions, found [16].")]
    [InlineData("a.weight_ih_l0:0,3 a.weight_hh_l0:0,0", "a.weight_hh_l0: expected a size from 1")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 fc.weight:2,4 fc.bias:3", "fc.bias: expected [2], as fc.weight has [2, 4], found [3].")]
    [InlineData("a.weight_ih_l0:16,3 a.weight_hh_l0:16,4 module.a.weight_hh_l0:16,4", "has the same name as another")]
    [InlineData("fc.weight:2,4 fc.bias:2", "no known format")]
    public void A_mismatch_names_the_tensor_both_shapes_and_the_likely_cause(string tensors, string message) =>
        Assert.Contains(message, Refused(tensors), StringComparison.Ordinal);

    [Fact]
    public void Our_own_files_are_models_too_and_writing_is_the_inverse_of_reading()
    {
        foreach (CellKind cell in Enum.GetValues<CellKind>())
        {
            using var model = new SequenceModel(SequenceModelOptions.Language(cell, 7, 3, 5, 2) with { Head = cell == CellKind.Lstm ? HeadInput.LastStep : HeadInput.EveryStep });
            model.Initialize(3);
            ModelFile.Save(_folder.Path("own"), model);
            using ImportedModel read = ImportedModel.Open(_folder.Path("own"));
            Assert.Equal("SpanRnn", read.Summary.Producer);
            Assert.Equal(cell, read.Stages.OfType<RecurrentStage>().Single().Recurrent.Options.Cell);
            Assert.Equal(cell != CellKind.Lstm, read.GivesEveryStep);

            IReadOnlyList<string> notes = StateDictFile.Save(_folder.Path("again"), read);
            Assert.Equal(cell is CellKind.RnnRelu or CellKind.GruResetBefore or CellKind.Lstm ? 1 : 0, notes.Count);
            using LoadedModel again = ModelFile.Load(_folder.Path("again"));
            Assert.Equal(model.Options.Recurrent.Cell, again.Model.Options.Recurrent.Cell);
            Assert.Equal(model.Options.Head, again.Model.Options.Head);
            for (int i = 0; i < model.Weights.Layout.Tensors.Count; i++)
            {
                Assert.True(model.Weights[i].Memory.SequenceEqual(again.Model.Weights[i].Memory));
            }
        }
    }

    [Fact]
    public void What_a_state_dict_cannot_hold_is_said_or_refused()
    {
        using var recurrent = new Recurrent(new() { Cell = CellKind.GruResetBefore, InputSize = 2, HiddenSizes = [3] });
        using var before = new ImportedModel(
            [new DenseStage(new float[4], [], 2, 2), new RecurrentStage(recurrent)], new() { Format = "a test's" });
        Assert.Contains(
            "PyTorch's layers have no such thing as a reset before the product, as 'rnn' has",
            Assert.Throws<NotSupportedException>(() => StateDictFile.Save(_folder.Path("x"), before)).Message, StringComparison.Ordinal);

        using var scaled = new ImportedModel([new ScaleStage([1, 2])], new() { Format = "a test's" });
        Assert.Contains("no place for this layer: scale", Assert.Throws<NotSupportedException>(() => StateDictFile.Save(_folder.Path("x"), scaled)).Message, StringComparison.Ordinal);

        using var lstm = new Recurrent(new() { InputSize = 2, HiddenSizes = [1] });
        using var initial = new ImportedModel([new RecurrentStage(lstm, [1f])], new() { Format = "a test's" });
        Assert.Contains("initial states", Assert.Throws<NotSupportedException>(() => StateDictFile.Save(_folder.Path("x"), initial)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path("x")));
    }

    private string Refused(string tensors)
    {
        string first = Assert.Throws<ModelFileException>(() => ImportedModel.Open(Write(true, tensors)).Dispose()).Message;
        if (!first.Contains("no known format", StringComparison.Ordinal) && !first.Contains("no recurrent", StringComparison.Ordinal))
        {
            // The same words for both kinds of file.
            Assert.Equal(first.Split(": ", 2)[1], Assert.Throws<ModelFileException>(() => ImportedModel.Open(Write(false, tensors)).Dispose()).Message.Split(": ", 2)[1]);
            return first;
        }

        return Assert.Throws<ModelFileException>(() => ImportedModel.Open(Write(false, tensors)).Dispose()).Message;
    }

    private string Write(bool isCheckpoint, string tensors)
    {
        var parsed = (from text in tensors.Split(' ')
                      let parts = text.Split(':')
                      let shape = parts[1].Split(',').Select(long.Parse).ToArray()
                      select (Name: parts[0], Shape: shape, Values: Numbers.Of(parts[0].Length, (int)shape.Aggregate(1L, (a, b) => a * b)))).ToArray();
        string path = _folder.Path($"{Guid.NewGuid():N}");
        if (isCheckpoint)
        {
            File.WriteAllBytes(path, PickleBuilder.StateDict(parsed));
            return path;
        }

        var writer = new SafetensorsWriter();
        foreach ((string name, long[] shape, float[] values) in parsed)
        {
            writer.Add(name, shape, SafetensorsType.F32, sink => sink.Write(values));
        }

        writer.Save(path);
        return path;
    }
}
