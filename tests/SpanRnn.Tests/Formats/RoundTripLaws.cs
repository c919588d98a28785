using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class RoundTripLaws
{
    [Fact]
    public void Saving_then_loading_a_model_is_the_identity()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model.safetensors");
        Prop.ForAll(DrawnModels.All.ToArbitrary(), options =>
        {
            using var model = new SequenceModel(options);
            DrawnModels.Fill(model.Weights);
            string symbols = string.Concat("\0\"\\ \n早餐𝄞abcdefghijklmnop".EnumerateRunes().Take(options.Vocabulary));
            Vocabulary? vocabulary = options.Vocabulary > 0 ? Vocabulary.Of(symbols) : null;
            var metadata = new Dictionary<string, string> { ["text"] = "早餐\u0001\"", [""] = "", ["format"] = "pt" };
            ModelFile.Save(path, model, vocabulary, metadata);
            using LoadedModel loaded = ModelFile.Load(path);

            DrawnModels.AssertSame(options.Recurrent, loaded.Model.Options.Recurrent);
            Assert.Equal(options, loaded.Model.Options with { Recurrent = options.Recurrent });
            DrawnModels.AssertSame(model.Weights, loaded.Model.Weights);
            Assert.Equal(vocabulary?.ToString(), loaded.Vocabulary?.ToString());
            Assert.Equal(metadata, loaded.Metadata);
            Assert.Empty(loaded.IgnoredTensors);
            Assert.False(loaded.IsForeign);
            Assert.Null(loaded.StepCount);

            byte[] first = File.ReadAllBytes(path);
            ModelFile.Save(path, loaded.Model, loaded.Vocabulary, loaded.Metadata);
            Assert.Equal(first, File.ReadAllBytes(path));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Saving_then_loading_a_stack_is_the_identity()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("stack.safetensors");
        Prop.ForAll(DrawnModels.Recurrents.ToArbitrary(), options =>
        {
            using var stack = new Recurrent(options);
            DrawnModels.Fill(stack.Weights);
            RecurrentFile.Save(path, stack, new Dictionary<string, string> { ["a"] = "b" });
            using LoadedRecurrent loaded = RecurrentFile.Load(path);
            DrawnModels.AssertSame(options, loaded.Recurrent.Options);
            DrawnModels.AssertSame(stack.Weights, loaded.Recurrent.Weights);
            Assert.Equal("b", Assert.Single(loaded.Metadata).Value);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>What the shapes tell: all but a reset before the product, activations and dropout; one bias became two.</summary>
    [Fact]
    public void Without_metadata_the_shapes_tell_the_model()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("foreign.safetensors");
        Prop.ForAll(DrawnModels.All.ToArbitrary(), drawn =>
        {
            SequenceModelOptions options = drawn with { Recurrent = DrawnModels.LikePyTorch(drawn.Recurrent) };
            using var model = new SequenceModel(options);
            DrawnModels.Fill(model.Weights);
            var writer = new SafetensorsWriter();
            WeightFile.Add(writer, model.Weights, "module._orig_mod.", options.Recurrent.Bias);
            writer.Add("x", [1], SafetensorsType.F32, sink => sink.Write([float.NaN]));
            writer.Save(path);
            using LoadedModel loaded = ModelFile.Load(path, cell: options.Recurrent.Cell);
            Assert.True(loaded.IsForeign);
            Assert.Equal(["x"], loaded.IgnoredTensors);
            DrawnModels.AssertSame(
                options.Recurrent with
                {
                    Bias = options.Recurrent.Bias == BiasKind.Single ? BiasKind.Double : options.Recurrent.Bias,
                    Dropout = 0f,
                    VariationalDropout = false,
                },
                loaded.Model.Options.Recurrent);
            foreach (ParameterInfo tensor in model.Weights.Layout.Tensors)
            {
                Assert.Equal(DrawnModels.Bits(model.Weights[tensor.Name].Memory), DrawnModels.Bits(loaded.Model.Weights[tensor.Name].Memory));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_plan_of_tensors_is_the_models()
    {
        Prop.ForAll(DrawnModels.All.ToArbitrary(), options =>
        {
            using var model = new SequenceModel(options);
            string[] expected = [.. model.Weights.Layout.Tensors.Select(tensor => $"{tensor.Name} {tensor.ShapeText}")];
            Assert.Equal(expected, TensorPlan.Of(options).Select(tensor => $"{tensor.Name} {TensorInfo.Text(tensor.Shape)}"));
        }).QuickCheckThrowOnFailure();
    }
}
