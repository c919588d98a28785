using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Streaming;
using SpanRnn.Tests.Tool.Experiments;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>What rounding costs a model, and models that are kept, converted and run rounded.</summary>
public sealed class RoundTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_text_models_bits_are_those_that_training_measured_and_rounded_ones_lie_near()
    {
        Train();
        JsonElement report = _tool.Json("round {0}/lstm.safetensors --json");
        Assert.Empty(_tool.Error);
        JsonElement[] formats = [.. report.GetProperty("formats").EnumerateArray()];
        Assert.Equal(["float32", "bf16", "int8"], formats.Select(one => one.GetProperty("weights").GetString()));
        using LoadedModel loaded = ModelFile.Load(_tool.Path("lstm.safetensors"));
        double trained = double.Parse(loaded.Metadata["held_out_bits"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(trained, Number(formats[0], "figure"), 1e-5);
        for (int f = 1; f < 3; f++)
        {
            Assert.Equal(Number(formats[f], "figure") - Number(formats[0], "figure"), Number(formats[f], "worse"), 1e-12);
            Assert.InRange(Math.Abs(Number(formats[f], "worse")), 1e-12, 0.05);
            Assert.InRange(Number(formats[f], "largestDifference"), 1e-9, 1);
            Assert.InRange(Number(formats[f], "meanDifference"), 1e-9, Number(formats[f], "largestDifference"));
            Assert.True(Number(formats[f], "weightBytes") < Number(formats[f - 1], "weightBytes"));
            Assert.True(Number(formats[f], "fileBytes") < Number(formats[f - 1], "fileBytes"));
        }

        Assert.Equal(0, Number(formats[0], "largestDifference"));
        Assert.Equal(0, Number(formats[0], "otherAnswers"));
        Assert.Equal(0, _tool.Run("round {0}/lstm.safetensors"));
        foreach (string part in (string[])["float32          bf16          int8", "bytes of weights", "held-out bits per character", "another likeliest answer"])
        {
            Assert.Contains(part, _tool.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_text_is_warned_of_and_unknown_characters_are_refused()
    {
        Train();
        _tool.Write("other.txt", string.Concat(Enumerable.Repeat("the line of a text\n", 20)));
        Assert.Equal(0, _tool.Run("round {0}/lstm.safetensors --text {0}/other.txt"));
        Assert.Contains("is not the text that", _tool.Error, StringComparison.Ordinal);
        _tool.Write("greek.txt", new string('α', 100));
        _tool.Refused("round {0}/lstm.safetensors --text {0}/greek.txt", "found U+03B1 in the held-out part");
        _tool.Refused("round {0}/lstm.safetensors --held-out 0", "expected at least 2 held-out characters, found 0");
        _tool.Refused("round {0}/lstm.safetensors --mnist {0}", "--mnist:", "is a model of characters");
    }

    [Fact]
    public void Images_are_read_row_by_row()
    {
        DrawnDigits.Write(_tool, 200, 60);
        JsonElement trained = _tool.Json("mnist --data {0} --cells gru --hidden 16 --batch 20 --epochs 4 --learning-rate 0.02 --json --out {0}/runs");
        JsonElement[] formats = [.. _tool.Json("round {0}/runs/gru-1.safetensors --mnist {0} --json").GetProperty("formats").EnumerateArray()];
        Assert.Equal(trained.Figure("gru-1", "accuracy"), Number(formats[0], "figure"), 1e-12);
        Assert.All(formats, one => Assert.InRange(Number(one, "figure"), 0.5, 1));
        Assert.Equal(0, _tool.Run("mnist predict --data {0} --image 13 --model {0}/runs/gru-1.safetensors --weights int8"));
        Assert.Contains("Test image 13 is a 3; the model takes it for a 3.", _tool.Output, StringComparison.Ordinal);
        _tool.Refused("round {0}/runs/gru-1.safetensors --mnist {0} --text {0}/text.txt", "--text:", "is a model of numbers");
    }

    [Fact]
    public void A_model_converted_to_small_weights_keeps_its_characters_and_writes_what_the_rounded_one_writes()
    {
        Train();
        foreach ((string name, WeightFormat format) in ((string, WeightFormat)[])[("bf16", WeightFormat.BFloat16), ("int8", WeightFormat.Int8)])
        {
            Assert.Equal(0, _tool.Run($"convert {{0}}/lstm.safetensors {{0}}/small.safetensors --weights {name}"));
            Assert.Contains($"safetensors in {name}", _tool.Output, StringComparison.Ordinal);
            using (LoadedModel loaded = ModelFile.Load(_tool.Path("small.safetensors")))
            {
                Assert.Equal(format, loaded.WeightFormat);
                Assert.True(loaded.Metadata.ContainsKey("held_out_bits"));
            }

            Assert.Equal(0, _tool.Run("info {0}/small.safetensors"));
            Assert.Contains($"weights           {name} in the file", _tool.Output, StringComparison.Ordinal);
            Assert.Equal(0, _tool.Run("info {0}/small.safetensors --json"));
            Assert.Contains(format == WeightFormat.Int8 ? "\"I8, F32\"" : "\"BF16, F32\"", _tool.Output, StringComparison.Ordinal);
            Assert.Equal(0, _tool.Run("generate {0}/small.safetensors --prompt the --length 30"));
            string fromFile = _tool.Output;
            Assert.Equal(0, _tool.Run($"generate {{0}}/lstm.safetensors --prompt the --length 30 --weights {name}"));
            Assert.Equal(fromFile, _tool.Output);
            Assert.Equal(0, _tool.Run("convert {0}/small.safetensors {0}/again.safetensors --weights " + name));
            Assert.Equal(File.ReadAllBytes(_tool.Path("small.safetensors")), File.ReadAllBytes(_tool.Path("again.safetensors")));
        }

        _tool.Refused("convert {0}/lstm.safetensors {0}/m.onnx --weights bf16", "--weights bf16: expected safetensors to be written, found onnx");
        _tool.Refused("convert {0}/lstm.safetensors {0}/m.safetensors --weights int4", "int4");
    }

    private void Train() =>
        Assert.Equal(0, _tool.Run($"train --cell lstm --text {_tool.Text} --out {{0}} --iterations 30 --prompt line {ToolRun.Small}"));

    private static double Number(JsonElement figures, string name) => figures.GetProperty(name).GetDouble();
}
