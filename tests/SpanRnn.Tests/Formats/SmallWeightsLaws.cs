using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>A file with small weights holds what freezing makes of them: nothing is lost twice.</summary>
public sealed class SmallWeightsLaws
{
    public static TheoryData<WeightFormat> Formats => [.. Enum.GetValues<WeightFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Freezing_what_was_saved_is_freezing_the_original_and_saving_it_again_changes_nothing(WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model.safetensors");
        Prop.ForAll(DrawnModels.All.ToArbitrary(), drawn =>
        {
            // One direction, so that the model can be frozen; the other's tensors are the same kind of matrices.
            SequenceModelOptions options = drawn with { Recurrent = drawn.Recurrent with { Direction = Direction.Forward, ReverseActivations = null } };
            using var model = new SequenceModel(options);
            Fill(model.Weights);
            var metadata = new Dictionary<string, string> { ["text"] = "早餐" };
            ModelFile.Save(path, model, metadata: metadata, weights: format);
            using LoadedModel loaded = ModelFile.Load(path);
            Assert.Equal(format, loaded.WeightFormat);
            Assert.Equal(metadata, loaded.Metadata);
            Bits.Equal($"{options}", Run(model.Freeze(format)), Run(loaded.Model.Freeze(format)));
            foreach (ParameterInfo vector in model.Weights.Layout.Tensors.Where(tensor => tensor.IsVector || format == WeightFormat.Float32))
            {
                Bits.Equal(vector.Name, model.Weights[vector.Name].Memory, loaded.Model.Weights[vector.Name].Memory);
            }

            byte[] first = File.ReadAllBytes(path);
            ModelFile.Save(path, loaded.Model, metadata: loaded.Metadata, weights: format);
            Assert.Equal(first, File.ReadAllBytes(path));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_stack_of_both_directions_keeps_its_rounded_weights(WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("stack.safetensors");
        Prop.ForAll(DrawnModels.Recurrents.ToArbitrary(), options =>
        {
            using var stack = new Recurrent(options);
            Fill(stack.Weights);
            RecurrentFile.Save(path, stack, weights: format);
            byte[] first = File.ReadAllBytes(path);
            using LoadedRecurrent loaded = RecurrentFile.Load(path);
            Assert.Equal(format, loaded.WeightFormat);
            RecurrentFile.Save(path, loaded.Recurrent, weights: format);
            Assert.Equal(first, File.ReadAllBytes(path));
            RecurrentFile.Save(path, loaded.Recurrent);
            using LoadedRecurrent widened = RecurrentFile.Load(path);
            DrawnModels.AssertSame(loaded.Recurrent.Weights, widened.Recurrent.Weights);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_file_takes_about_a_half_or_a_quarter()
    {
        using var folder = new TemporaryFolder();
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, 100, 64, 128));
        model.Initialize(1);
        long[] sizes = [.. Enum.GetValues<WeightFormat>().Select(format =>
        {
            string path = folder.Path($"{format}");
            ModelFile.Save(path, model, weights: format);
            return new FileInfo(path).Length;
        })];
        Assert.InRange(sizes[1], 0.5 * sizes[0], 0.52 * sizes[0]);
        Assert.InRange(sizes[2], 0.25 * sizes[0], 0.28 * sizes[0]);
    }

    [Fact]
    public void Only_what_an_older_reader_would_misread_has_a_new_version()
    {
        using SequenceModel model = DrawnModels.Small();
        Assert.Equal("1", Version(WeightFormat.Float32));
        Assert.Equal("1", Version(WeightFormat.BFloat16));
        Assert.Equal("3", Version(WeightFormat.Int8));
        Assert.False(ModelFile.Writer(Names.Model, model, null, null, []).Metadata.ContainsKey(Names.Weights));

        string Version(WeightFormat format) => ModelFile.Writer(Names.Model, model, null, null, [], format).Metadata[Names.Version];
    }

    private static float[] Run(FrozenModel weights)
    {
        using SequenceSession session = weights.CreateSession();
        float[] outputs = new float[3 * weights.OutputSize];
        if (weights.TakesTokens)
        {
            session.Run([0, weights.Vocabulary - 1, weights.Vocabulary / 2], outputs);
        }
        else
        {
            session.Run(Numbers.Of(1, 3 * weights.InputSize), outputs);
        }

        return outputs;
    }

    /// <summary>Awkward floats, but none that a smaller format has no room for.</summary>
    private static void Fill(ParameterSet weights)
    {
        DrawnModels.Fill(weights);
        foreach (ref float weight in weights.All)
        {
            weight = Math.Clamp(weight, -3f, 3f);
        }
    }
}
