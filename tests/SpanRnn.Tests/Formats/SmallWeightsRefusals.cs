using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>What a file of small weights gets wrong is refused by name, with what was expected and what was found.</summary>
public sealed class SmallWeightsRefusals : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scales_that_are_missing() => Refused(
        WeightFormat.Int8, "fc.weight.scale: expected F32 [5], the scales of 'fc.weight' I8 [5, 4], found no such tensor.", part => part.Name != "fc.weight.scale");

    [Fact]
    public void Scales_of_another_length() => Refused(
        WeightFormat.Int8, "fc.weight.scale: expected F32 [5], a scale for each row of 'fc.weight' I8 [5, 4], found F32 [4].",
        change: part => part.Name == "fc.weight.scale" ? part with { Shape = [4], Bytes = part.Bytes[..16] } : part);

    [Fact]
    public void Scales_of_another_type() => Refused(
        WeightFormat.Int8, "rnn.weight_hh_l1.scale: expected F32 [16], a scale for each row of 'rnn.weight_hh_l1' I8 [16, 4], found I32 [16].",
        change: part => part.Name == "rnn.weight_hh_l1.scale" ? part with { Type = SafetensorsType.I32 } : part);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void Scales_that_are_no_sizes(float scale) => Refused(
        WeightFormat.Int8, $"fc.weight.scale[1]: expected a finite number of at least 0, found {scale}.", change: part => part.Name == "fc.weight.scale"
            ? part with { Bytes = [.. part.Bytes[..4], .. BitConverter.GetBytes(scale), .. part.Bytes[8..]] } : part);

    [Fact]
    public void A_number_that_is_not_written() => Refused(
        WeightFormat.Int8, "fc.weight[1, 2]: expected -127 to 127, found -128.",
        change: part => part.Name == "fc.weight" ? part with { Bytes = [.. part.Bytes[..6], 0x80, .. part.Bytes[7..]] } : part);

    [Fact]
    public void A_product_that_is_infinite() => Refused(
        WeightFormat.Int8, "fc.weight[0, ", change: part => part.Name == "fc.weight.scale"
            ? part with { Bytes = [.. BitConverter.GetBytes(3e38f), .. part.Bytes[4..]] } : part);

    [Theory]
    [InlineData(WeightFormat.Int8, "I8", "int8")]
    [InlineData(WeightFormat.BFloat16, "BF16", "bf16")]
    public void A_matrix_of_another_type_than_the_metadata_says(WeightFormat format, string expected, string name)
    {
        Refused(format, $"fc.weight: expected {expected}, as metadata 'spanrnn.weights' says, found F32.", change: part => part.Name == "fc.weight"
            ? part with { Type = SafetensorsType.F32, Bytes = new byte[5 * 4 * 4] } : part);
        Refused(WeightFormat.Float32, $"embedding.weight: expected {expected}, as metadata 'spanrnn.weights' says, found F32.", marked: name);
    }

    [Fact]
    public void Int8_without_a_word_in_the_metadata() => Refused(
        WeightFormat.Int8, "embedding.weight: expected F32, F64, F16 or BF16, found I8.", marked: "");

    [Fact]
    public void An_unknown_format() => Refused(
        WeightFormat.Float32, "metadata 'spanrnn.weights': expected one of float32, bf16, int8, found 'int4'.", marked: "int4");

    [Theory]
    [InlineData(WeightFormat.Int8, float.NaN, "rnn.weight_hh_l0[2, 1]: expected a finite number, as int8 needs, found NaN.")]
    [InlineData(WeightFormat.Int8, float.MaxValue, "rnn.weight_hh_l0: expected numbers whose int8 can be widened again, found one that is too large in row 2.")]
    [InlineData(WeightFormat.BFloat16, float.MaxValue, "rnn.weight_hh_l0[2, 1]: expected a number that bf16 can hold, found 3.4028235E+38, which is too large.")]
    public void What_a_format_cannot_hold_is_refused_before_anything_is_written(WeightFormat format, float value, string message)
    {
        using SequenceModel model = DrawnModels.Small();
        string path = _folder.Path("m");
        File.WriteAllText(path, "old");
        model.Weights["rnn.weight_hh_l0"][2, 1] = value;
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ModelFile.Save(path, model, weights: format)).Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void BFloat16_keeps_what_is_not_finite_and_loads_it_if_allowed()
    {
        using SequenceModel model = DrawnModels.Small();
        model.Weights["rnn.weight_hh_l0"][2, 1] = float.NegativeInfinity;
        string path = _folder.Path("m");
        ModelFile.Save(path, model, weights: WeightFormat.BFloat16);
        Assert.Contains(
            "rnn.weight_hh_l0[2, 1]: expected a finite number", Assert.Throws<ModelFileException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
        using LoadedModel loaded = ModelFile.Load(path, allowNonFinite: true);
        Assert.Equal(float.NegativeInfinity, loaded.Model.Weights["rnn.weight_hh_l0"][2, 1]);
    }

    /// <summary>Saves a model, changes some of its file, and loads it.</summary>
    private void Refused(WeightFormat format, string message, Predicate<Part>? keep = null, Func<Part, Part>? change = null, string? marked = null)
    {
        string path = _folder.Path("m");
        using (SequenceModel model = DrawnModels.Small(CellKind.Lstm))
        {
            ModelFile.Save(path, model, weights: format);
        }

        var writer = new SafetensorsWriter();
        using (SafetensorsReader reader = SafetensorsReader.Open(path))
        {
            foreach ((string key, string value) in reader.Metadata)
            {
                writer.Metadata[key] = value;
            }

            foreach (TensorInfo info in reader.Tensors)
            {
                byte[] bytes = new byte[info.ByteLength];
                reader.ReadBytes(info, bytes);
                var part = new Part(info.Name, info.DType, info.Shape.ToArray(), bytes);
                if (keep is null || keep(part))
                {
                    Part changed = change?.Invoke(part) ?? part;
                    writer.Add(changed.Name, changed.Shape, changed.Type, sink => sink.WriteBytes(changed.Bytes));
                }
            }
        }

        if (marked is not null)
        {
            writer.Metadata[Names.Weights] = marked;
        }

        if (marked == "")
        {
            writer.Metadata.Remove(Names.Weights);
        }

        writer.Save(path);
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
    }

    private sealed record Part(string Name, SafetensorsType Type, long[] Shape, byte[] Bytes);
}
